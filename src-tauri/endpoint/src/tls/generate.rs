//! Making a certificate that vouches for itself.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    PKCS_ECDSA_P256_SHA256, SanType,
};
use rustls::pki_types::CertificateDer;
use secrecy::SecretSlice;
use time::{Duration, OffsetDateTime};

use super::TlsError;

/// Names that resolve to this computer. A bucket may stand before the second, a web site's before the fourth.
const LOOPBACK_NAMES: [&str; 4] = [
    "localhost",
    "s3.localhost",
    "*.s3.localhost",
    "*.s3-website.localhost",
];

/// How long a certificate is good: browsers take none that lives longer than 398 days.
const LIFE: Duration = Duration::days(397);

/// A clock that is a little behind does not find the certificate too young.
const BEFORE: Duration = Duration::hours(1);

/// Makes a certificate and its key.
pub(super) fn generate(
    names: &[String],
) -> Result<(CertificateDer<'static>, SecretSlice<u8>), TlsError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(TlsError::Generate)?;
    let params = params(names)?;
    let certificate = params.self_signed(&key).map_err(TlsError::Generate)?;
    let secret = SecretSlice::from(key.serialize_der());
    Ok((certificate.der().clone(), secret))
}

fn params(names: &[String]) -> Result<CertificateParams, TlsError> {
    let mut alternatives = vec![
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    let further = names.iter().map(String::as_str);
    for name in LOOPBACK_NAMES.into_iter().chain(further) {
        let alternative = alternative(name)?;
        if !alternatives.contains(&alternative) {
            alternatives.push(alternative);
        }
    }
    let mut params = CertificateParams::default();
    params.subject_alt_names = alternatives;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Stave on this computer");
    params.not_before = OffsetDateTime::now_utc() - BEFORE;
    params.not_after = params.not_before + LIFE;
    params.is_ca = IsCa::ExplicitNoCa;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn alternative(name: &str) -> Result<SanType, TlsError> {
    let refused = || TlsError::Name(name.to_owned());
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let labels = name.strip_prefix("*.").unwrap_or(name);
    let is_label = |label: &str| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(inner)
    };
    if name.len() > 253 || !labels.split('.').all(is_label) {
        return Err(refused());
    }
    let name = name.to_ascii_lowercase().try_into();
    name.map(SanType::DnsName).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_names_this_computer_and_what_else_is_asked_for() {
        let further = ["nas.home", "192.168.1.20", "localhost", "fe80::1"].map(str::to_owned);
        let names: Vec<String> = params(&further)
            .unwrap()
            .subject_alt_names
            .into_iter()
            .map(|name| match name {
                SanType::DnsName(name) => name.to_string(),
                SanType::IpAddress(address) => address.to_string(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            names,
            [
                "127.0.0.1",
                "::1",
                "localhost",
                "s3.localhost",
                "*.s3.localhost",
                "*.s3-website.localhost",
                "nas.home",
                "192.168.1.20",
                "fe80::1"
            ]
        );
    }

    #[test]
    fn a_certificate_lives_less_than_398_days_and_is_good_at_once() {
        let params = params(&[]).unwrap();
        assert!(params.not_after - params.not_before < Duration::days(398));
        assert!(params.not_before < OffsetDateTime::now_utc());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in [
            "",
            "a b",
            "https://nas",
            "nas:9000",
            "a..b",
            "*.*.a",
            "ä.home",
        ] {
            assert!(
                matches!(generate(&[name.to_owned()]), Err(TlsError::Name(_))),
                "{name:?}"
            );
        }
    }
}
