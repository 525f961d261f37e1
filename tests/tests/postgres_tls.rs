//! TLS with PostgreSQL itself, by a certificate that the test makes.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use limbeck_tests::Scratch;
use limbeck_tests::backend::{POSTGRES, skip};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// An authority, and what it signed for the host `localhost`, in PEM.
struct Made {
    authority: String,
    certificate: String,
    key: String,
}

fn make() -> Made {
    let own_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&own_key).unwrap().pem();
    let issuer = Issuer::new(params, own_key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = leaf.signed_by(&key, &issuer).unwrap().pem();
    Made { authority, certificate, key: key.serialize_pem() }
}

/// Puts a file beside the server's data, where only the server can read it.
fn put(server: &mut Scratch, name: &str, text: &str) {
    let lines = format!("SELECT unnest(string_to_array('{}', E'\\n'))", text.trim_end());
    let sql = format!("COPY ({lines}) TO PROGRAM 'rm -f {name}; umask 077; cat > {name}'");
    server.connection.execute(&sql).unwrap();
}

/// Puts the server's own settings back.
struct Reset<'s>(&'s mut Scratch);

impl Drop for Reset<'_> {
    fn drop(&mut self) {
        let sql = "ALTER SYSTEM RESET ssl; ALTER SYSTEM RESET ssl_cert_file; ALTER SYSTEM RESET ssl_key_file;
                   SELECT pg_reload_conf()";
        self.0.connection.execute(sql).unwrap();
    }
}

fn is_encrypted(url: &str) -> Result<bool, String> {
    let mut connection = limbeck::connect(url).map_err(|fault| fault.to_string())?;
    let rows = connection.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").unwrap();
    Ok(rows[0][0] == limbeck::core::literal::Literal::Bool(true))
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn each_mode_checks_what_it_says() {
    let Some(mut scratch) = (POSTGRES.open)() else { return };
    if scratch.rows("SELECT usesuper FROM pg_user WHERE usename = current_user") != ["TRUE"] {
        return skip("the user of the test server may not set up TLS");
    }
    let url = scratch.url().unwrap();
    if !url.contains("@127.0.0.1:") {
        return skip("the test server is not on this machine");
    }
    let (good, other, folder) = (make(), make(), tempfile::tempdir().unwrap());
    put(&mut scratch, "limbeck_test.crt", &good.certificate);
    put(&mut scratch, "limbeck_test.key", &good.key);
    let settings = "ALTER SYSTEM SET ssl_cert_file = 'limbeck_test.crt'; ALTER SYSTEM SET ssl_key_file = 'limbeck_test.key';
                    ALTER SYSTEM SET ssl = on; SELECT pg_reload_conf()";
    scratch.connection.execute(settings).unwrap();
    let _reset = Reset(&mut scratch);
    let start = Instant::now();
    while is_encrypted(&format!("{url}?sslmode=require")).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20), "the server takes no TLS");
        std::thread::sleep(Duration::from_millis(50));
    }
    let by_name = url.replace("@127.0.0.1:", "@localhost:");
    let good = write(folder.path(), "good.pem", &good.authority);
    let other = write(folder.path(), "other.pem", &other.authority);
    let none = write(folder.path(), "none.pem", "");
    let with =
        |url: &str, mode: &str, root: &Path| format!("{url}?sslmode={mode}&sslrootcert={}", root.display());

    assert_eq!(is_encrypted(&format!("{url}?sslmode=disable")), Ok(false));
    assert_eq!(is_encrypted(&format!("{url}?sslmode=allow")), Ok(false));
    assert_eq!(is_encrypted(&format!("{url}?sslmode=prefer")), Ok(true));
    assert_eq!(is_encrypted(&url), Ok(true));
    assert_eq!(is_encrypted(&with(&url, "verify-ca", &good)), Ok(true));
    assert_eq!(is_encrypted(&with(&by_name, "verify-full", &good)), Ok(true));

    let password = url.split([':', '@']).nth(2).unwrap();
    for (refused, why) in [
        (with(&url, "verify-full", &good), "not valid for name"),
        (with(&url, "verify-ca", &other), "certificate"),
        (with(&by_name, "verify-full", &other), "certificate"),
        (with(&url, "require", &other), "certificate"),
        (with(&url, "verify-ca", &none), "holds no certificate"),
        (with(&url, "verify-ca", Path::new("missing.pem")), "cannot read `missing.pem`"),
    ] {
        let fault = is_encrypted(&refused).unwrap_err();
        assert!(fault.contains("L0601") && fault.contains(why), "{refused}: {fault}");
        assert!(!fault.contains(password), "{fault}");
    }
}
