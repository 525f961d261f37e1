make() {
    mkdir -p db/migrate
    cat > db/migrate/20240101000000_make_org.rb <<'END'
class MakeOrg < ActiveRecord::Migration[6.1]
  def change
    create_table(:org) { |t| t.string :name, limit: 20, null: false; t.index :name, unique: true }
  end
end
END
    cat > run.rb <<'END'
require "active_record"
adapter = { "sqlite" => "sqlite3", "postgres" => "postgresql", "mysql" => "mysql2" }[ENV["KIND"]]
place = { host: ENV["HOST"], port: ENV["PORT"], username: ENV["LOGIN"], password: ENV["PASSWORD"], database: ENV["NAME"] }
place = { database: "#{ENV["NAME"]}.db" } if adapter == "sqlite3"
ActiveRecord::Base.establish_connection(adapter: adapter, **place)
ActiveRecord::Migration.verbose = false
context = ActiveRecord::MigrationContext.new("db/migrate", ActiveRecord::SchemaMigration)
context.migrate if ARGV[0] == "migrate"
p context.migrations_status, context.needs_migration?, context.current_version
END
    ruby run.rb migrate
}
look() {
    ruby run.rb
}
