//! TLS with a certificate that the test makes, and passwords, which appear nowhere.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use limbeck::core::op::Transaction;
use limbeck::prelude::*;
use limbeck_tests::backend::skip;

const PASSWORD: &str = "s3cret/pw";
const IN_URL: &str = "s3cret%2Fpw";

/// A server that ends with this.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has ended already, so much the better.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn url(&self, host: &str, query: &str) -> String {
        format!("mysql://limbeck:{IN_URL}@{host}:{}/limbeck?{query}", self.port)
    }
}

/// Runs a program; `None` when it is not on the machine, which is then told.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Option<()> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    match command.status() {
        Ok(status) => {
            assert!(status.success(), "{program} {arguments:?}");
            Some(())
        }
        Err(_) => {
            skip(&format!("there is no `{program}`"));
            None
        }
    }
}

fn make_certificates(folder: &Path) -> Option<()> {
    for name in ["authority", "stranger"] {
        let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
        let subject = format!("/CN={name}");
        let made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
        let made = [&made[..], &["-keyout", &key, "-out", &pem, "-subj", &subject]].concat();
        run("openssl", &made, folder)?;
    }
    let request = ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr"];
    run("openssl", &[&request[..], &["-subj", "/CN=localhost"]].concat(), folder)?;
    std::fs::write(folder.join("for"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n").unwrap();
    let sign = ["x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key"];
    let sign =
        [&sign[..], &["-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "for"]].concat();
    run("openssl", &sign, folder)
}

fn start(folder: &Path) -> Option<Server> {
    make_certificates(folder)?;
    let data = format!("--datadir={}", folder.join("data").display());
    let user = format!(
        "--user={}",
        String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap().trim()
    );
    let normal = "--auth-root-authentication-method=normal";
    run("mariadb-install-db", &["--no-defaults", &user, &data, normal, "--skip-test-db"], folder)?;
    let sql = format!(
        "CREATE USER limbeck@'%' IDENTIFIED BY '{PASSWORD}'; \nGRANT ALL ON *.* TO limbeck@'%'; \n\
         DELETE FROM mysql.global_priv WHERE User = ''; \nFLUSH PRIVILEGES; \nCREATE DATABASE limbeck;\n"
    );
    std::fs::write(folder.join("init.sql"), sql).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let program = ["/usr/sbin/mariadbd", "mariadbd"]
        .into_iter()
        .find(|path| Command::new(path).arg("--version").output().is_ok())?;
    let mut command = Command::new(program);
    command.args(["--no-defaults", &user, &data, "--bind-address=127.0.0.1", &format!("--port={port}")]);
    for (option, file) in [
        ("socket", "socket"),
        ("pid-file", "pid"),
        ("init-file", "init.sql"),
        ("ssl-cert", "server.pem"),
        ("ssl-key", "server.key"),
    ] {
        command.arg(format!("--{option}={}", folder.join(file).display()));
    }
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let server = Server { child, port };
    let (url, patience) = (server.url("127.0.0.1", "ssl-mode=DISABLED"), Instant::now());
    while let Err(fault) = limbeck::connect(&url) {
        assert!(patience.elapsed() < Duration::from_secs(60), "the server does not start: {fault}");
        std::thread::sleep(Duration::from_millis(100));
    }
    Some(server)
}

/// Returns the cipher of a connection, empty for none, or why it cannot be opened.
fn cipher(url: &str) -> Result<String, String> {
    let mut connection = limbeck::connect(url).map_err(|fault| format!("{fault}\n{fault:?}"))?;
    let rows = connection.query("SHOW STATUS LIKE 'Ssl_cipher'").unwrap();
    Ok(rows[0][1].as_text().unwrap_or_default().to_owned())
}

#[test]
fn tls_is_what_the_url_asks_for_a_wrong_certificate_is_refused_and_no_password_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = start(folder.path()) else { return };
    let of = |host: &str, query: &str| cipher(&server.url(host, query));
    let ca = |name: &str| format!("ssl-ca={}", folder.path().join(format!("{name}.pem")).display());
    assert_eq!(of("localhost", "ssl-mode=DISABLED").unwrap(), "");
    for encrypted in [
        of("localhost", ""),
        of("127.0.0.1", "ssl-mode=REQUIRED"),
        of("127.0.0.1", &format!("ssl-mode=VERIFY_CA&{}", ca("authority"))),
        of("localhost", &format!("ssl-mode=VERIFY_IDENTITY&{}", ca("authority"))),
    ] {
        assert_ne!(encrypted.unwrap(), "");
    }
    for refused in [
        of("localhost", "ssl-mode=VERIFY_CA"),
        of("localhost", &format!("ssl-mode=VERIFY_CA&{}", ca("stranger"))),
        of("127.0.0.1", &format!("ssl-mode=VERIFY_IDENTITY&{}", ca("authority"))),
    ] {
        let said = refused.unwrap_err();
        assert!(said.contains("certificate") && said.contains("ssl-ca"), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
    no_password_is_told(&server);
}

fn no_password_is_told(server: &Server) {
    let url = server.url("localhost", "");
    let mut told = Vec::new();
    for bad in [
        url.replace("s3cret", "s3cret_wrong"),
        url.replace("/limbeck?", "/nowhere?"),
        url.replace(&server.port.to_string(), "1"),
        url.replace("mysql:", "mysq:"),
        format!("{url}ssl-mode=maybe"),
        url.replace("%2F", "%zz"),
    ] {
        let Err(fault) = limbeck::connect(&bad) else { panic!("{bad} is wrong") };
        told.push(format!("{fault} {fault:?}"));
    }
    struct Broken;
    impl RustRevision for Broken {
        fn header(&self) -> RevisionHeader {
            RevisionHeader::new("aaaa", [])
        }
        fn upgrade(&self, ops: &mut Operations) {
            ops.execute("CREATE TABLE made (a INTEGER)");
            ops.execute("CREATE TABLE broken (");
        }
    }
    let history = History::builder().revision(Broken).build().unwrap();
    let mut connection = limbeck::connect(&url).unwrap();
    let table = limbeck::settings().version_table;
    connection.lock(&table, Transaction::Inside).unwrap();
    told.push(format!("{:?}", connection.query("SHOW FULL PROCESSLIST").unwrap()));
    connection.unlock();
    let fault = Migrator::new(&history, &mut *connection, limbeck::settings()).upgrade(&Target::heads());
    told.push(format!("{fault:?}"));
    told.push(format!("{:?}", connection.query("SELECT * FROM limbeck_log").unwrap()));
    let processes =
        Command::new("ps").args(["-o", "args", "-p", &std::process::id().to_string()]).output().unwrap();
    told.push(String::from_utf8_lossy(&processes.stdout).into_owned());
    for text in told {
        assert!(!text.contains("s3cret"), "{text}");
    }
}
