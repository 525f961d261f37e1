case $KIND in
    sqlite) url="jdbc:sqlite:$NAME.db" ;;
    postgres) url="jdbc:postgresql://$HOST:$PORT/$NAME" ;;
    mysql) url="jdbc:mariadb://$HOST:$PORT/$NAME" ;;
esac
export LIQUIBASE_COMMAND_URL="$url" LIQUIBASE_COMMAND_USERNAME="$LOGIN" LIQUIBASE_COMMAND_PASSWORD="$PASSWORD"
export LIQUIBASE_COMMAND_CHANGELOG_FILE=changelog.sql LIQUIBASE_ANALYTICS_ENABLED=false LIQUIBASE_SHOW_BANNER=false
run() {
    # Its driver for SQLite wants a library beside it that the package leaves out.
    home="$BIN/../liquibase/dist/liquibase"
    cp /usr/share/java/slf4j-api.jar "$home/internal/lib/"
    bash "$home/liquibase" "$@"
}
make() {
    printf -- '--liquibase formatted sql\n--changeset someone:first\n%s\n--rollback DROP TABLE org;\n' "$ORG" > changelog.sql
    run update
}
look() {
    run status --verbose
    run history
}
