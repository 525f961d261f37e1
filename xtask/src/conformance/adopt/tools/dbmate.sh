case $KIND in
    sqlite) export DATABASE_URL="sqlite:$NAME.db" ;;
    postgres) export DATABASE_URL="postgres://$LOGIN:$PASSWORD@$HOST:$PORT/$NAME?sslmode=disable" ;;
    mysql) export DATABASE_URL="mysql://$LOGIN:$PASSWORD@$HOST:$PORT/$NAME" ;;
esac
make() {
    mkdir -p db/migrations
    printf -- '-- migrate:up\n%s\n-- migrate:down\nDROP TABLE org;\n' "$ORG" > db/migrations/20240101000000_org.sql
    "$BIN/dbmate" --no-dump-schema up
}
look() {
    "$BIN/dbmate" status
}
