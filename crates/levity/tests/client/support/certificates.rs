//! Certificates for `localhost`, made by each test process: `server` and `client` are signed by `ca`, `self-signed` by itself,
//! and `other-client` by `other-ca`.

use std::{fs, path::PathBuf, sync::LazyLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

static DIRECTORY: LazyLock<TempDir> = LazyLock::new(|| {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(directory.path().join(name), text).unwrap();
    let root = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    };
    let localhost = || CertificateParams::new(["localhost".to_owned()]).unwrap();

    let ca = root("ca");
    write("ca.pem", ca.pem());
    let other_ca = root("other-ca");
    write("other-ca.pem", other_ca.pem());
    for (name, issuer) in [("client", &ca), ("other-client", &other_ca)] {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(Vec::new()).unwrap();
        write(&format!("{name}.pem"), params.signed_by(&key, issuer).unwrap().pem());
        write(&format!("{name}.key"), key.serialize_pem());
    }
    let key = KeyPair::generate().unwrap();
    write("server.pem", localhost().signed_by(&key, &ca).unwrap().pem());
    write("server.key", key.serialize_pem());
    let key = KeyPair::generate().unwrap();
    let mut own_root = localhost();
    own_root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    write("self-signed.pem", own_root.self_signed(&key).unwrap().pem());
    write("self-signed.key", key.serialize_pem());
    directory
});

/// A certificate or key by its file's name.
pub(crate) fn file(name: &str) -> PathBuf {
    DIRECTORY.path().join(name)
}
