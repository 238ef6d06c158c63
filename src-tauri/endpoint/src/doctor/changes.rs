//! The changes that are tried, one after the other and then two together, until the signature is right.

use super::attempt::Attempt;
use super::claim::Claim;
use super::pasted::Pasted;
use super::surroundings::Surroundings;
use super::words::{Cause, Finding, Part};
use super::{header_changes, place_changes, query_changes};

/// More pairs are not tried: each costs a few microseconds.
const PAIRS_MAX: usize = 20_000;

/// Something that may have been otherwise when it was signed.
pub(super) struct Change {
    pub(super) cause: Cause,
    pub(super) finding: Finding,
    /// Makes of the request as it came the one that was signed.
    undo: Box<dyn Fn(&mut Attempt)>,
}

impl Change {
    pub(super) fn new(
        cause: Cause,
        finding: Finding,
        undo: impl Fn(&mut Attempt) + 'static,
    ) -> Self {
        Self {
            cause,
            finding,
            undo: Box::new(undo),
        }
    }

    /// Returns whether it is one of the thousands of sizes that a body may have.
    fn is_a_size(&self) -> bool {
        let expected = self.finding.expected.as_deref();
        expected.is_some_and(|expected| expected.starts_with("content-length: "))
    }
}

/// What is tried on.
pub(super) struct Trial<'t> {
    pub(super) pasted: &'t Pasted,
    pub(super) claim: &'t Claim,
    pub(super) surroundings: &'t Surroundings<'t>,
    pub(super) attempt: &'t Attempt,
}

/// Finds what was changed since it was signed; nothing where nothing that is tried makes the signature right.
pub(super) fn find(trial: &Trial<'_>, secret: &str) -> Vec<(Cause, Finding)> {
    let mut changes = methods(trial.attempt);
    changes.extend(place_changes::changes(trial));
    changes.extend(query_changes::changes(trial));
    changes.extend(header_changes::changes(trial));
    changes.extend(scopes(trial));
    let signature = &trial.claim.signature;
    let is_right = |undone: &[&Change]| {
        let mut attempt = trial.attempt.clone();
        for change in undone {
            (change.undo)(&mut attempt);
        }
        attempt.is_signed_by(secret, signature)
    };
    let told = |change: &Change| (change.cause, change.finding.clone());
    if let Some(one) = changes.iter().find(|change| is_right(&[*change])) {
        return vec![told(one)];
    }
    let likely: Vec<&Change> = changes.iter().filter(|c| !c.is_a_size()).collect();
    let pairs = likely.iter().enumerate().flat_map(|(at, one)| {
        let others = likely[at + 1..].iter();
        others.map(move |other| (*one, *other))
    });
    let of_two_parts = pairs.filter(|(one, other)| one.cause != other.cause);
    let found = of_two_parts
        .take(PAIRS_MAX)
        .find(|(one, other)| is_right(&[one, other]));
    found.map_or_else(Vec::new, |(one, other)| vec![told(one), told(other)])
}

fn methods(attempt: &Attempt) -> Vec<Change> {
    let others = ["GET", "PUT", "HEAD", "POST", "DELETE"];
    let others = others
        .into_iter()
        .filter(|method| *method != attempt.method);
    others
        .map(|method| {
            let sentence = format!(
                "It was signed for {method}, and is used by {}.",
                attempt.method
            );
            let finding = Finding::wrong(Part::Method, sentence)
                .expected(method)
                .found(&attempt.method)
                .cure(format!(
                    "Send it by {method}, or make a link for {}.",
                    attempt.method
                ));
            Change::new(Cause::Method, finding, move |undone| {
                method.clone_into(&mut undone.method);
            })
        })
        .collect()
}

/// Scopes in which it may have been signed while its credential says another.
fn scopes(trial: &Trial<'_>) -> Vec<Change> {
    let claimed = &trial.claim.region;
    let regions = [
        trial.surroundings.region,
        "us-east-1",
        "eu-central-1",
        "auto",
        "",
    ];
    let regions = regions.into_iter().filter(|region| region != claimed);
    let regions = regions.map(|region| {
        let sentence = format!(
            "It was signed for the region {region:?}, and its credential says {claimed:?}."
        );
        let finding = Finding::wrong(Part::Region, sentence)
            .expected(region)
            .found(claimed)
            .cure("Use one region for the credential and the signature.");
        let region = region.to_owned();
        Change::new(Cause::Region, finding, move |undone| {
            region.clone_into(&mut undone.region);
        })
    });
    regions.collect()
}
