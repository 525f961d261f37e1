make() {
    "$BIN/alembic" init scripts
    case $KIND in
        sqlite) url="sqlite:///$NAME.db" ;;
        postgres) url="postgresql+psycopg2://$LOGIN:$PASSWORD@$HOST:$PORT/$NAME" ;;
        mysql) url="mysql+pymysql://$LOGIN:$PASSWORD@$HOST:$PORT/$NAME" ;;
    esac
    sed -i "s|^sqlalchemy.url.*|sqlalchemy.url = $url|" alembic.ini
    cat > scripts/versions/ae10.py <<'END'
import sqlalchemy as sa
from alembic import op
revision, down_revision = "ae10", None
def upgrade():
    op.create_table("org", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20), nullable=False))
    op.create_index("ix_org_name", "org", ["name"], unique=True)
END
    "$BIN/alembic" upgrade head
}
look() {
    "$BIN/alembic" current
}
