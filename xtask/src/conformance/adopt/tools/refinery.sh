make() {
    mkdir migrations
    echo "$ORG" > migrations/V1__org.sql
    case $KIND in
        sqlite) printf '[main]\ndb_type = "Sqlite"\ndb_path = "%s.db"\n' "$NAME" > refinery.toml ;;
        *)
            [ "$KIND" = postgres ] && kind=Postgres || kind=Mysql
            cat > refinery.toml <<END
[main]
db_type = "$kind"
db_host = "$HOST"
db_port = "$PORT"
db_user = "$LOGIN"
db_pass = "$PASSWORD"
db_name = "$NAME"
END
            ;;
    esac
    "$BIN/refinery" migrate -c ./refinery.toml -p migrations
}
look() {
    # It has no command that only tells; run once more, it finds nothing to do.
    "$BIN/refinery" migrate -c ./refinery.toml -p migrations
}
