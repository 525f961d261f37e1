case $KIND in
    sqlite) dialect=sqlite url="sqlite:///$NAME.db" ;;
    postgres) dialect=postgresql url="postgresql+psycopg2://$LOGIN:$PASSWORD@$HOST:$PORT/$NAME" ;;
    mysql) dialect=mysql url="mysql+pymysql://$LOGIN:$PASSWORD@$HOST:$PORT/$NAME" ;;
esac
make() {
    # Its program asks Python for something that was dropped in 3.11.
    cat > migrate.py <<'END'
import inspect, sys
inspect.getargspec = lambda function: inspect.getfullargspec(function)[:4]
del sys.path[0]
from migrate.versioning.shell import main
main(sys.argv[1:])
END
    "$BIN/python" migrate.py create repo app
    "$BIN/python" migrate.py script_sql "$dialect" first repo
    echo "$ORG" > "repo/versions/001_first_${dialect}_upgrade.sql"
    "$BIN/python" migrate.py version_control "$url" repo
    "$BIN/python" migrate.py upgrade "$url" repo
}
look() {
    "$BIN/python" migrate.py db_version "$url" repo
}
