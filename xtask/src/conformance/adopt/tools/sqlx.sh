[ "$KIND" = sqlite ] && export DATABASE_URL="sqlite:$NAME.db"
make() {
    mkdir migrations
    echo "$ORG" > migrations/20240101000000_org.sql
    "$BIN/sqlx" migrate run
}
look() {
    "$BIN/sqlx" migrate info
}
