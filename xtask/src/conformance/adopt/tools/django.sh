make() {
    "$BIN/django-admin" startproject site_ .
    case $KIND in
        sqlite) engine=sqlite3 NAME=$NAME.db ;;
        postgres) engine=postgresql ;;
        mysql) engine=mysql ;;
    esac
    cat >> site_/settings.py <<END
DATABASES = {"default": {
    "ENGINE": "django.db.backends.$engine", "NAME": "$NAME", "HOST": "$HOST", "PORT": "$PORT",
    "USER": "$LOGIN", "PASSWORD": "$PASSWORD",
}}
if "$KIND" == "mysql":
    # Django knows MySQL by another driver, and asks for its version.
    import pymysql
    pymysql.version_info = (2, 2, 7, "final", 0)
    pymysql.install_as_MySQLdb()
END
    "$BIN/python" manage.py migrate
}
look() {
    "$BIN/python" manage.py migrate --check
    "$BIN/python" manage.py showmigrations
}
