//! The suite itself: a checkout that is the user's, run by a Python of ours, told of our server by a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::group::{Group, check_interruption};
use super::junit::{self, Ended};
use super::server::{OWNER, Server, USERS, access_key_id, secret};
use crate::command::{Outcome, output};
use crate::workspace::root;

/// The files of tests that are run; the others of the checkout test services that are not S3.
const FILES: &[&str] = &["test_s3.py", "test_headers.py"];
const FOLDER: &str = "s3tests/functional";

/// The section of the user who runs most tests, in which the suite looks for its keys.
const MAIN: &str = "s3 main";

/// The longest that one test may take, in seconds. The slowest wait for rules that act by the clock.
const TEST_SECONDS_MAX: u32 = 120;

/// Lets the suite's users make buckets and list them, which without a policy none may; makes the keys that the suite
/// encrypts by, which its users may use and the vault's owner manages, and prints them with the owner of each user's
/// list of buckets: so the suite is told what the server says.
const PREPARE: &str = "
import boto3, json, sys
def client(service, pair):
    key, secret = pair.split(':')
    return boto3.client(service, endpoint_url=sys.argv[1], region_name='us-east-1',
                        aws_access_key_id=key, aws_secret_access_key=secret)
def allow(principals, actions):
    return {'Effect': 'Allow', 'Principal': {'AWS': principals}, 'Action': actions, 'Resource': '*'}
account, users = 'arn:aws:iam::000000000000:', sys.argv[3].split(',')
use = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey']
policy = json.dumps({'Version': '2012-10-17', 'Statement': [
    allow([account + 'root'], ['kms:*']),
    allow([account + 'user/' + user for user in users], use)]})
kms = client('kms', sys.argv[2])
keys = [kms.create_key(Policy=policy)['KeyMetadata']['Arn'] for _ in range(2)]
own = json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': ['s3:CreateBucket', 's3:ListAllMyBuckets'], 'Resource': '*'}]})
iam = client('iam', sys.argv[2])
for user in users:
    iam.put_user_policy(UserName=user, PolicyName='own-buckets', PolicyDocument=own)
owners = [client('s3', pair).list_buckets()['Owner'] for pair in sys.argv[4:]]
print(json.dumps({'owners': owners, 'keys': keys}))
";

/// Fails where `folder` is no checkout of the suite.
pub fn check_checkout(folder: &Path) -> Outcome {
    let missing = |file: &&&str| !folder.join(FOLDER).join(file).is_file();
    match FILES.iter().find(missing) {
        None => Ok(()),
        Some(file) => Err(format!(
            "{} is no checkout of ceph/s3-tests: it has no {FOLDER}/{file}",
            folder.display()
        )),
    }
}

/// A checkout of the suite and what runs it.
pub struct Suite {
    folder: PathBuf,
    python: PathBuf,
    /// Where what was told of the tests is kept.
    records: PathBuf,
}

impl Suite {
    /// Takes the checkout in `folder`, to be run by `python`; what is told of the tests goes to `records`.
    pub fn open(folder: &Path, python: &Path, records: &Path) -> Outcome<Self> {
        let folder = std::path::absolute(folder).map_err(|why| why.to_string())?;
        std::fs::create_dir_all(records)
            .map_err(|why| format!("{} cannot be made: {why}", records.display()))?;
        Ok(Self {
            folder,
            python: python.to_owned(),
            records: records.to_owned(),
        })
    }

    /// Returns the commit of the checkout, where it has one.
    pub fn commit(&self) -> Option<String> {
        let mut git = Command::new("git");
        git.arg("-C").arg(&self.folder);
        output(git.args(["rev-parse", "--short", "HEAD"]))
    }

    /// Returns the names of the tests that the checkout holds. They depend on the configuration, so it stands.
    pub fn names(&self) -> Outcome<BTreeSet<String>> {
        let mut collect = self.pytest();
        collect.arg("--collect-only");
        collect.args(FILES.iter().map(|file| format!("{FOLDER}/{file}")));
        let said = output(&mut collect).ok_or_else(|| {
            let again = format!("{collect:?}");
            format!("the suite's tests could not be read; see {again}")
        })?;
        let prefix = format!("{FOLDER}/");
        let lines = said.lines().filter(|line| line.contains("::"));
        let names = lines.filter_map(|line| line.strip_prefix(&prefix));
        Ok(names.map(str::to_owned).collect())
    }

    /// Writes the file that tells the suite of the server.
    pub fn configure(&self, server: &Server) -> Outcome {
        let text = configuration(server.port, &self.prepare(server)?);
        let file = self.configuration();
        std::fs::write(&file, text)
            .map_err(|why| format!("{} cannot be written: {why}", file.display()))
    }

    /// Runs the named tests and returns what became of each. A session ends at a test that left something behind; the
    /// rest runs in the next.
    pub fn run(&self, mut left: Vec<&str>) -> Outcome<BTreeMap<String, Ended>> {
        self.begin_log()?;
        let mut ended = BTreeMap::new();
        while !left.is_empty() {
            let session = self.session(&left)?;
            let begun = session
                .into_iter()
                .filter(|(_, became)| !matches!(became, Ended::NotBegun(_)));
            let count = ended.len();
            ended.extend(begun);
            left.retain(|name| !ended.contains_key(*name));
            if ended.len() == count {
                let log = self.log();
                return Err(format!(
                    "pytest ran none of {} tests; see {}",
                    left.len(),
                    log.display()
                ));
            }
        }
        Ok(ended)
    }

    fn session(&self, names: &[&str]) -> Outcome<BTreeMap<String, Ended>> {
        let report = self.records.join("junit.xml");
        let list = self.records.join("tests.txt");
        let lines: Vec<String> = names
            .iter()
            .map(|name| format!("{FOLDER}/{name}"))
            .collect();
        // A list in a file: a command line has its limit, which differs by system.
        std::fs::write(&list, lines.join("\n")).map_err(|why| why.to_string())?;
        drop(std::fs::remove_file(&report));
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log())
            .map_err(|why| why.to_string())?;
        let mut pytest = self.pytest();
        pytest
            .args(["-p", "stop_after_teardown", "--tb=short", "--junitxml"])
            .arg(&report)
            .arg(format!("--timeout={TEST_SECONDS_MAX}"))
            .arg(format!("@{}", list.display()))
            .stdout(log)
            .stderr(Stdio::inherit());
        Group::spawn(&mut pytest)?.wait()?;
        let text = std::fs::read_to_string(&report)
            .map_err(|_| format!("pytest left no report; see {}", self.log().display()))?;
        junit::parse(&text)
    }

    fn begin_log(&self) -> Outcome {
        std::fs::write(self.log(), "").map_err(|why| why.to_string())
    }

    fn log(&self) -> PathBuf {
        self.records.join("pytest.log")
    }

    fn configuration(&self) -> PathBuf {
        self.records.join("s3tests.conf")
    }

    /// Makes a pytest command in the checkout that writes nothing there and takes nothing from the caller's settings.
    fn pytest(&self) -> Command {
        let mut command = self.python();
        command
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
            .env("PYTHONPATH", root().join("tests/conformance"))
            .env("S3TEST_CONF", self.configuration())
            .current_dir(&self.folder);
        command
    }

    fn python(&self) -> Command {
        let mut command = Command::new(&self.python);
        for (name, _) in std::env::vars_os() {
            let shown = name.to_string_lossy().to_uppercase();
            let theirs = ["AWS_", "BOTO", "PYTEST_", "PYTHON"];
            if theirs.iter().any(|start| shown.starts_with(start)) || shown.ends_with("_PROXY") {
                command.env_remove(&name);
            }
        }
        let nowhere = self.records.join("none");
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", &nowhere)
            .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere);
        command
    }

    fn prepare(&self, server: &Server) -> Outcome<Prepared> {
        let pair = |user: &str| format!("{}:{}", access_key_id(user), secret(user));
        let users: Vec<&str> = USERS.iter().map(|(_, user)| *user).collect();
        let mut ask = self.python();
        ask.args(["-c", PREPARE, &server.url, &pair(OWNER), &users.join(",")]);
        ask.args(users.iter().map(|user| pair(user)));
        let said = output(&mut ask);
        check_interruption()?;
        let said: Option<serde_json::Value> =
            said.and_then(|text| serde_json::from_str(&text).ok());
        said.as_ref().and_then(Prepared::of).ok_or_else(|| {
            "the server makes no keys, or does not tell its users who they are".to_owned()
        })
    }
}

/// What the server told of itself before the first test.
struct Prepared {
    owners: Vec<Owner>,
    /// The ARNs of two keys of its key service.
    keys: [String; 2],
}

impl Prepared {
    fn of(told: &serde_json::Value) -> Option<Self> {
        let key = |at: usize| told["keys"][at].as_str().map(str::to_owned);
        Some(Self {
            owners: told["owners"].as_array()?.iter().map(Owner::of).collect(),
            keys: [key(0)?, key(1)?],
        })
    }
}

/// Whom the server calls the owner of a user's buckets.
struct Owner {
    id: String,
    display_name: String,
}

impl Owner {
    fn of(told: &serde_json::Value) -> Self {
        let id = told["ID"].as_str().unwrap_or_default();
        Self {
            id: id.to_owned(),
            display_name: told["DisplayName"].as_str().unwrap_or(id).to_owned(),
        }
    }
}

/// Returns the suite's configuration: where the server is and who its users are.
fn configuration(port: u64, prepared: &Prepared) -> String {
    let mut text = format!(
        "[DEFAULT]\nhost = localhost\nport = {port}\nis_secure = False\nssl_verify = False\n\
         [fixtures]\nbucket prefix = stave-{{random}}-\n"
    );
    for ((section, user), owner) in USERS.iter().zip(&prepared.owners) {
        let Owner { id, display_name } = owner;
        let (key, secret) = (access_key_id(user), secret(user));
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "[{section}]\nuser_id = {id}\ndisplay_name = {display_name}\nemail = {user}@example.com\n\
             access_key = {key}\nsecret_key = {secret}\napi_name = us-east-1\ntenant = tenant\n"
        );
        if *section == MAIN {
            let [first, second] = &prepared.keys;
            let _ = writeln!(text, "kms_keyid = {first}\nkms_keyid2 = {second}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Prepared, check_checkout, configuration};

    #[test]
    fn the_configuration_names_the_server_and_all_users() {
        let owners = ["a1", "b2", "c3", "d4", "e5", "f6"];
        let owners = owners.map(|id| serde_json::json!({ "ID": id }));
        let told = serde_json::json!({ "owners": owners, "keys": ["arn:one", "arn:two"] });
        let text = configuration(9123, &Prepared::of(&told).unwrap());
        assert!(
            text.starts_with("[DEFAULT]\nhost = localhost\nport = 9123\n"),
            "{text}"
        );
        let alt = "[s3 alt]\nuser_id = b2\ndisplay_name = b2\nemail = alt@example.com\n\
                   access_key = CONFORMANCEALT\nsecret_key = conformance-secret-of-the-user-alt\n";
        assert!(text.contains(alt), "{text}");
        let main = text.split("[s3 alt]").next().unwrap_or_default();
        let keys = "\nkms_keyid = arn:one\nkms_keyid2 = arn:two\n";
        assert!(main.ends_with(keys), "{text}");
        assert_eq!(text.matches("kms_keyid").count(), 2);
        let sections = text.lines().filter(|line| line.starts_with('[')).count();
        assert_eq!(sections, 8);
    }

    #[test]
    fn a_folder_without_the_suite_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let why = check_checkout(folder.path()).unwrap_err();
        assert!(
            why.ends_with(
                " is no checkout of ceph/s3-tests: it has no s3tests/functional/test_s3.py"
            ),
            "{why}"
        );
    }
}
