use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::PermissionsExt as _,
};

use clap::Parser as _;
use key_files::{LAST, end_of, read_certificates, verify};
use model::Second;
use tempfile::TempDir;

use super::*;
use crate::clock::StoryClock;

mod wire;

const NOW: &str = "2026-11-20T00:00:00Z";
const DAY: i64 = 86_400;

fn now() -> Second {
    Second::parse(NOW).unwrap()
}

fn later(days: i64) -> Second {
    Second(now().0 + days * DAY)
}

fn authority(data: &Path, further: &[&str]) -> Authority {
    let further: Vec<String> = further.iter().map(|name| (*name).to_owned()).collect();
    Authority::new(data, &authority::usual_names(Ipv4Addr::LOCALHOST.into()), &further).unwrap()
}

/// A folder in which everything was made.
fn prepared() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    authority(data.path(), &[]).prepare(now()).unwrap();
    data
}

fn content(data: &TempDir, name: &str) -> Vec<u8> {
    fs::read(data.path().join("tls").join(name)).unwrap()
}

fn certificate(data: &TempDir, name: &str) -> rustls::pki_types::CertificateDer<'static> {
    read_certificates(&data.path().join("tls").join(name)).unwrap().swap_remove(0)
}

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    options: TlsOptions,
}

#[test]
fn the_options_say_where_the_certificate_comes_from_or_what_contradicts() {
    for (line, expected) in [
        ("", "none"),
        ("--tls off", "none"),
        ("--tls-certificate c --tls-key k", "files"),
        ("--tls files --tls-certificate c --tls-key k", "files"),
        ("--tls self-signed", "own"),
        ("--tls self-signed --tls-name hub.contoso.com --tls-name 192.0.2.7", "own"),
        ("--tls-certificate c", "given without --tls-key"),
        ("--tls-key k", "given without --tls-certificate"),
        ("--tls files", "needs --tls-certificate and --tls-key"),
        ("--tls off --tls-certificate c --tls-key k", "contradict"),
        ("--tls self-signed --tls-certificate c --tls-key k", "contradict"),
        ("--tls-name hub.contoso.com", "only for --tls self-signed"),
        ("--tls self-signed --tls-name *.contoso.com", "\"*.contoso.com\": it is neither"),
        ("--tls self-signed --tls-name https://hub", "\"https://hub\": it is neither"),
    ] {
        let options = Line::parse_from(["serve"].into_iter().chain(line.split_whitespace())).options;
        let said = match options.source(Path::new("data"), Ipv4Addr::LOCALHOST.into()) {
            Ok(None) => "none".to_owned(),
            Ok(Some(Source::Files(_))) => "files".to_owned(),
            Ok(Some(Source::Own(_))) => "own".to_owned(),
            Err(error) => format!("{error:#}"),
        };
        assert!(said.contains(expected), "{line}: {said}");
    }
}

#[test]
fn only_the_owner_can_read_keys() {
    let data = prepared();
    for (name, mode) in [("", 0o700), ("ca.key", 0o600), ("server.pem", 0o600), ("ca.pem", 0o644)] {
        let found = fs::metadata(data.path().join("tls").join(name)).unwrap().permissions().mode() & 0o777;
        // Whoever runs the test may take more away.
        assert_eq!(found & !mode, 0, "{name}: {found:o}");
    }
}

#[test]
fn the_certificate_is_for_the_usual_names_and_those_that_were_given_and_no_others() {
    let data = tempfile::tempdir().unwrap();
    authority(data.path(), &["Hub.Contoso.com.", "192.0.2.7", "2001:DB8::1"]).prepare(now()).unwrap();
    let (ca, server) = (certificate(&data, "ca.pem"), certificate(&data, "server.pem"));
    for name in ["localhost", "127.0.0.1", "::1", "hub.contoso.com", "192.0.2.7", "2001:db8::1"] {
        verify(&server, &ca, name, now()).unwrap();
    }
    for name in ["contoso.com", "www.hub.contoso.com", "192.0.2.8"] {
        let error = format!("{:#}", verify(&server, &ca, name, now()).unwrap_err());
        assert!(error.contains("not valid for name"), "{name}: {error}");
    }
}

#[test]
fn the_authority_holds_ten_years_and_the_certificate_no_longer_than_clients_accept() {
    let data = prepared();
    assert_eq!(end_of(&certificate(&data, "ca.pem")).unwrap(), later(3_653));
    let (ca, server) = (certificate(&data, "ca.pem"), certificate(&data, "server.pem"));
    assert_eq!(end_of(&server).unwrap(), later(395));
    for (moment, holds) in
        [(later(-2), false), (later(-1), true), (later(395), true), (Second(later(395).0 + 1), false), (LAST, false)]
    {
        assert_eq!(verify(&server, &ca, "localhost", moment).is_ok(), holds, "{moment}");
    }
}

#[test]
fn a_further_start_keeps_what_is_good_and_makes_new_what_is_not() {
    // What was made for no further name at the beginning is used later and with other names.
    for (days, further, kept) in [
        (0, &[][..], true),
        (364, &[], true),
        (366, &[], false),
        (500, &[], false),
        (-30, &[], false),
        (0, &["hub.contoso.com"], false),
    ] {
        let data = prepared();
        let before = ["ca.pem", "ca.key", "server.pem"].map(|name| content(&data, name));
        authority(data.path(), further).prepare(later(days)).unwrap();
        let after = ["ca.pem", "ca.key", "server.pem"].map(|name| content(&data, name));
        assert_eq!(before[..2], after[..2], "the authority stays");
        assert_eq!(before[2] == after[2], kept, "after {days} days with {further:?}");
        verify(&certificate(&data, "server.pem"), &certificate(&data, "ca.pem"), "localhost", later(days)).unwrap();
    }
}

#[test]
fn a_name_that_is_no_longer_given_leaves_the_certificate() {
    let data = tempfile::tempdir().unwrap();
    authority(data.path(), &["hub.contoso.com"]).prepare(now()).unwrap();
    authority(data.path(), &[]).prepare(now()).unwrap();
    let (ca, server) = (certificate(&data, "ca.pem"), certificate(&data, "server.pem"));
    assert!(verify(&server, &ca, "hub.contoso.com", now()).is_err());
}

#[test]
fn a_certificate_does_not_outlive_its_authority() {
    let data = prepared();
    authority(data.path(), &[]).prepare(later(3_640)).unwrap();
    assert_eq!(end_of(&certificate(&data, "server.pem")).unwrap(), later(3_653));
    let kept = content(&data, "server.pem");
    authority(data.path(), &[]).prepare(later(3_641)).unwrap();
    assert_eq!(content(&data, "server.pem"), kept, "it is not made again and again in its last days");
    let error = format!("{:#}", authority(data.path(), &[]).prepare(later(3_653)).unwrap_err());
    assert!(error.contains("ended at 2036") && error.contains("delete"), "{error}");
}

#[test]
fn damaged_files_are_made_again_or_the_error_says_what_to_delete() {
    let other = prepared();
    for (name, damage, said) in [
        ("server.pem", Some(Vec::new()), None),
        ("server.pem", Some(b"\xff\0nonsense".to_vec()), None),
        ("server.pem", Some(content(&other, "server.pem")), None),
        ("server.pem", None, None),
        ("ca.pem", None, None),
        ("ca.pem", Some(Vec::new()), Some("ca.pem to have it made again")),
        ("ca.pem", Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec()), Some("ca.pem")),
        ("ca.pem", Some(content(&other, "ca.pem")), Some("ca.pem to have it made again")),
        ("ca.key", Some(b"-----BEGIN".to_vec()), Some("tls to have a new CA")),
        ("ca.key", None, Some("tls to have a new CA")),
        ("ca.key", Some(content(&other, "ca.key")), Some("ca.pem to have it made again")),
        ("ca.key", Some(vec![b'a'; 2 << 20]), Some("longer than")),
    ] {
        let data = prepared();
        let ca = certificate(&data, "ca.pem");
        let path = data.path().join("tls").join(name);
        match &damage {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let length = damage.map(|bytes| bytes.len());
        match (authority(data.path(), &[]).prepare(now()), said) {
            // Even when `ca.pem` was lost, what clients have of it goes on being good.
            (Ok(()), None) => verify(&certificate(&data, "server.pem"), &ca, "localhost", now()).unwrap(),
            (Err(error), Some(said)) => {
                let error = format!("{error:#}");
                assert!(error.contains(said), "{name} with {length:?} bytes: {error}");
            }
            (done, _) => panic!("{name} with {length:?} bytes: {done:?}"),
        }
    }
}

#[test]
fn two_that_start_at_once_do_not_break_each_other() {
    for _ in 0..5 {
        let data = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let authority = authority(data.path(), &[]);
                    authority.prepare(now()).unwrap();
                    let key = authority.server_files().load().unwrap();
                    verify(&key.cert[0], &certificate(&data, "ca.pem"), "localhost", now()).unwrap();
                });
            }
        });
        let left: Vec<_> =
            fs::read_dir(data.path().join("tls")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 4, "{left:?}");
    }
}

#[test]
fn replaced_files_are_taken_up_within_a_minute_and_only_when_they_fit_together() {
    let data = tempfile::tempdir().unwrap();
    let files = KeyFiles { certificate: data.path().join("hub.pem"), key: data.path().join("hub.key") };
    let [first, second] = [(), ()].map(|()| content(&prepared(), "server.pem"));
    fs::write(&files.certificate, &first).unwrap();
    fs::write(&files.key, &first).unwrap();
    let clock = Arc::new(StoryClock::new(now()));
    let resolver = Resolver::open(Source::Files(files.clone()), Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    let used = |seconds: i64| {
        clock.set(Second(now().0 + seconds));
        resolver.current().cert[0].clone()
    };
    let old = used(0);
    // The other certificate, a line longer, so that a coarse clock of the file system cannot hide the change.
    let second = [b"a line\n", second.as_slice()].concat();
    fs::write(&files.certificate, &second).unwrap();
    assert_eq!(used(59), old, "nobody looks so soon");
    assert_eq!(used(60), old, "the key does not fit");
    fs::write(&files.key, &second).unwrap();
    assert_eq!(used(119), old, "nobody looks so soon");
    let new = used(120);
    assert_ne!(new, old);
    fs::remove_file(&files.key).unwrap();
    assert_eq!(used(500), new, "what was read stays");
    fs::write(&files.certificate, &first).unwrap();
    fs::write(&files.key, &first).unwrap();
    assert_eq!(used(-500), old, "a clock that was set back does not end the looking");
}

#[test]
fn a_server_that_runs_for_years_renews_its_own_certificate() {
    let data = tempfile::tempdir().unwrap();
    let clock = Arc::new(StoryClock::new(now()));
    let source = Source::Own(authority(data.path(), &[]));
    let resolver = Resolver::open(source, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    for (days, end) in [(0, 395), (364, 395), (366, 366 + 395), (730, 366 + 395), (800, 800 + 395)] {
        clock.set(later(days));
        assert_eq!(end_of(&resolver.current().cert[0]).unwrap(), later(end), "after {days} days");
    }
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let data = prepared();
    let path = |name: &str| data.path().join("tls").join(name);
    for (certificate, key, said) in [
        ("missing", "ca.key", "missing"),
        ("ca.key", "ca.key", "ca.key holds no certificate"),
        ("server.pem", "ca.pem", "read a private key in PEM from"),
        ("server.pem", "ca.key", "use the certificate of"),
    ] {
        let files = KeyFiles { certificate: path(certificate), key: path(key) };
        let error = configure(Source::Files(files), Arc::new(StoryClock::new(now()))).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains(said), "{certificate} and {key}: {error}");
    }
}
