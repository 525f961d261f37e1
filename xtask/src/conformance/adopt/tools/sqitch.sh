export SQITCH_FULLNAME=someone SQITCH_EMAIL=someone@example.org
# Its registry is a file beside the database, a schema, or a database; the last, and the first, may be the database itself.
case $KIND in
    sqlite) engine=sqlite target="db:sqlite:$NAME.db" registry=$NAME ;;
    postgres) engine=pg target="db:pg://$LOGIN:$PASSWORD@$HOST:$PORT/$NAME" registry=sqitch ;;
    mysql) engine=mysql target="db:mysql://$LOGIN:$PASSWORD@$HOST:$PORT/$NAME" registry=$NAME ;;
esac
make() {
    sqitch init app --engine "$engine"
    sqitch add first -n first
    echo "$ORG" > deploy/first.sql
    sqitch deploy --registry "$registry" "$target"
}
look() {
    sqitch status --registry "$registry" "$target"
}
