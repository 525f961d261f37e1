# Its engine is not in its package, but the one that is built for the web is. The variables keep it from asking for the other.
export PRISMA_QUERY_ENGINE_LIBRARY="$PWD/none" PRISMA_SCHEMA_ENGINE_BINARY="$PWD/none" CHECKPOINT_DISABLE=1
make() {
    touch none
    ln -s "$BIN/.." node_modules
    mkdir -p prisma/migrations/20240101000000_org
    echo "$ORG" > prisma/migrations/20240101000000_org/migration.sql
    echo 'provider = "sqlite"' > prisma/migrations/migration_lock.toml
    cat > prisma/schema.prisma <<END
datasource db {
  provider = "sqlite"
  url = "file:unused"
}
END
    cat > prisma.config.ts <<END
import { PrismaLibSQL } from "@prisma/adapter-libsql";
export default {
  schema: "prisma/schema.prisma",
  experimental: { adapter: true },
  engine: "js",
  adapter: async () => new PrismaLibSQL({ url: "file:./$NAME.db" }),
};
END
    "$BIN/prisma" migrate deploy
}
look() {
    "$BIN/prisma" migrate status
}
