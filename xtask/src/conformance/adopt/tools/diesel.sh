make() {
    mkdir -p migrations/2024-01-01-000000_org
    echo "$ORG" > migrations/2024-01-01-000000_org/up.sql
    echo 'DROP TABLE org;' > migrations/2024-01-01-000000_org/down.sql
    touch diesel.toml
    "$BIN/diesel" migration run
}
look() {
    "$BIN/diesel" migration list
}
