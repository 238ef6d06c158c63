//! What the window may ask, one function for each name in `build.rs`. They check their arguments,
//! ask the session, and hold no rules of their own.

pub mod about;
pub mod access;
pub mod audit;
pub mod bucket_settings;
pub mod buckets;
pub mod developer;
pub mod doctor;
pub mod encryption;
pub mod identities;
pub mod keys;
pub mod links;
pub mod listing;
pub mod objects;
pub mod port;
pub mod sharing;
pub mod tags;
pub mod transfers;
pub mod uploads;
pub mod vault;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    const BUILD: &str = include_str!("../build.rs");
    const CAPABILITY: &str = include_str!("../capabilities/main-window.json");
    const SHELL: &str = include_str!("shell.rs");

    /// A command that one of the three leaves out is refused, or unknown, only when a person asks
    /// for it.
    #[test]
    fn each_command_is_declared_and_allowed_and_handled() {
        let quoted = |text: &str| text.trim_matches([' ', '"', ',']).to_owned();
        let declared: BTreeSet<_> = BUILD
            .lines()
            .skip_while(|line| !line.starts_with("const COMMANDS"))
            .skip(1)
            .take_while(|line| !line.starts_with(']'))
            .map(quoted)
            .collect();
        let allowed: BTreeSet<_> = CAPABILITY
            .lines()
            .map(quoted)
            .filter_map(|line| {
                line.strip_prefix("allow-")
                    .map(|name| name.replace('-', "_"))
            })
            .collect();
        let handled: BTreeSet<_> = SHELL
            .lines()
            .map(quoted)
            .filter_map(|line| line.strip_prefix("commands::").map(str::to_owned))
            .filter_map(|path| path.split_once("::").map(|(_, name)| name.to_owned()))
            .collect();
        assert!(declared.len() > 40, "{declared:?}");
        assert_eq!(declared, allowed);
        assert_eq!(declared, handled);
    }
}
