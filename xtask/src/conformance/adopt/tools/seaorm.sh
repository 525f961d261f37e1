[ "$KIND" = sqlite ] && export DATABASE_URL="sqlite:$NAME.db"
make() {
    "$BIN/migrations" up
}
look() {
    "$BIN/migrations" status
}
