//! The AWS CLI, by its two lines: version 1 as its newest package, version 2 as the system has it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stave_tests::files::{bytes, read_tree, write_tree};
use stave_tests::server::{Server, succeed};

use crate::{client, fail, is_long_run, not_run};

/// A server, and a version of the client that works on it.
struct Cli {
    server: Server,
    program: PathBuf,
}

impl Cli {
    fn version_1() -> Option<Self> {
        let program = client("aws")?;
        let server = Server::start();
        // This version signs links the retired way unless it is told.
        let config = server.folder().join("aws-config");
        std::fs::write(config, "[default]\ns3 =\n    signature_version = s3v4\n")
            .expect("a file is written");
        Some(Self { server, program })
    }

    fn version_2() -> Option<Self> {
        client("aws")?;
        let places = ["/usr/bin/aws", "/usr/local/bin/aws"].map(PathBuf::from);
        let Some(program) = places.into_iter().find(|place| is_version_2(place)) else {
            not_run("this system has no AWS CLI of version 2");
            return None;
        };
        let server = Server::start();
        Some(Self { server, program })
    }

    /// The same where there is time: each command of this version takes a second.
    fn version_2_at_length() -> Option<Self> {
        if is_long_run() {
            Self::version_2()
        } else {
            None
        }
    }

    /// Makes a command of the words of `line` and then `more`, which may hold spaces.
    fn command(&self, line: &str, more: &[&str]) -> Command {
        let mut command = self.server.command(&self.program.to_string_lossy());
        // Older ones of version 2 do not look for the endpoint in the environment.
        command.args(["--endpoint-url", self.server.url()]);
        command
            .args(line.split(' '))
            .args(more)
            .env("AWS_PAGER", "");
        command
    }

    fn run(&self, line: &str, more: &[&str]) -> String {
        succeed(&mut self.command(line, more))
    }

    /// Writes a file in the server's folder and returns its path.
    fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file is written");
        path
    }

    fn path(&self, name: &str) -> String {
        let path = self.server.folder().join(name);
        path.to_string_lossy().into_owned()
    }
}

fn is_version_2(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| output.stdout.starts_with(b"aws-cli/2."))
}

fn syncs_a_tree_there_and_back(cli: &Cli) {
    let (up, down) = (cli.path("up"), cli.path("down"));
    write_tree(Path::new(&up));
    cli.run("s3 mb s3://tree", &[]);
    cli.run("s3 sync --no-progress", &[&up, "s3://tree/copy"]);
    cli.run("s3 sync --no-progress s3://tree/copy", &[&down]);
    assert_eq!(read_tree(Path::new(&up)), read_tree(Path::new(&down)));
    let again = cli.run(
        "s3 sync --no-progress --size-only",
        &[&up, "s3://tree/copy"],
    );
    assert_eq!(again, "");
    cli.run("s3 rm --recursive --quiet s3://tree", &[]);
    let left = cli.run(
        "s3api list-objects-v2 --bucket tree --output text --query Contents",
        &[],
    );
    assert_eq!(left.trim(), "None");
}

fn reads_versions_and_makes_links(cli: &Cli) {
    cli.run("s3 mb s3://tree", &[]);
    cli.run(
        "s3api put-bucket-versioning --bucket tree --versioning-configuration Status=Enabled",
        &[],
    );
    for text in ["first", "second"] {
        let file = cli.file("file", text.as_bytes());
        cli.run("s3 cp --no-progress", &[&file, "s3://tree/file"]);
    }
    let query = "s3api list-object-versions --bucket tree --prefix file --output text --query";
    let versions = cli.run(query, &["Versions[].VersionId"]);
    let oldest = versions.split_whitespace().last().expect("two versions");
    let old = cli.path("old");
    let get = format!("s3api get-object --bucket tree --key file --version-id {oldest}");
    cli.run(&get, &[&old]);
    assert_eq!(std::fs::read(&old).expect("the old version"), b"first");
    let link = cli.run("s3 presign --expires-in 60 s3://tree/file", &[]);
    let mut curl = cli.server.command("curl");
    let got = succeed(curl.args(["--silent", "--fail", link.trim()]));
    assert_eq!(got, "second");
}

fn uploads_in_parts_and_reads_ranges(cli: &Cli) {
    let content = bytes(7, 20 * 1024 * 1024 + 11);
    let (large, range) = (cli.file("large", &content), cli.path("range"));
    cli.run("s3 mb s3://large", &[]);
    cli.run("s3 cp --no-progress", &[&large, "s3://large/file"]);
    let head = cli.run(
        "s3api head-object --bucket large --key file --output text --query [ContentLength,ETag]",
        &[],
    );
    assert!(head.contains("20971531") && head.contains("-3\""), "{head}");
    let get = "s3api get-object --bucket large --key file --range bytes=8388600-8388700";
    cli.run(get, &[&range]);
    assert_eq!(
        std::fs::read(&range).expect("the range"),
        content[8_388_600..=8_388_700]
    );
    cli.run("s3 cp --no-progress s3://large/file s3://large/copied", &[]);
    let down = cli.path("down");
    cli.run("s3 mv --no-progress s3://large/copied", &[&down]);
    assert_eq!(std::fs::read(&down).expect("the copy"), content);
    let listed = cli.run("s3 ls s3://large", &[]);
    assert!(listed.trim_end().ends_with("20971531 file"), "{listed}");
}

fn streams_unusual_keys_page_by_page(cli: &Cli) {
    cli.run("s3 mb s3://keys", &[]);
    let source = cli.file("source", b"streamed");
    let longest = "é".repeat(512);
    let mut keys = ["a b+c%", "a//b", "日本/🦀", &longest];
    for key in keys {
        let mut put = cli.command("s3 cp -", &[&format!("s3://keys/{key}")]);
        let from = std::fs::File::open(&source).expect("the source");
        succeed(put.stdin(Stdio::from(from)));
    }
    keys.sort_unstable();
    let list = "s3api list-objects-v2 --bucket keys --page-size 2 --output text --query";
    let listed = cli.run(list, &["Contents[].[Key]"]);
    assert_eq!(listed.lines().collect::<Vec<_>>(), keys);
    let got = cli.run("s3 cp", &["s3://keys/日本/🦀", "-"]);
    assert_eq!(got, "streamed");
    let folders = cli.run(
        "s3api list-objects-v2 --bucket keys --delimiter / --output text --query",
        &["CommonPrefixes[].[Prefix]"],
    );
    assert_eq!(folders, "a/\n日本/\n");
    cli.run("s3 rb --force s3://keys", &[]);
    assert_eq!(cli.run("s3 ls", &[]), "");
}

/// What only the newer line has words for.
fn checks_and_conditions(cli: &Cli) {
    let hello = cli.file("hello", b"hello");
    cli.run("s3 mb s3://own", &[]);
    let put = "s3api put-object --bucket own --key k --content-type text/x-own --metadata colour=blue \
               --checksum-algorithm SHA256 --if-none-match * --output text --query ChecksumSHA256 --body";
    let put: Vec<&str> = put.split_whitespace().collect();
    let put = put.join(" ");
    let sum = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    assert_eq!(cli.run(&put, &[&hello]).trim(), sum);
    let refused = fail(&mut cli.command(&put, &[&hello]));
    assert!(refused.contains("(PreconditionFailed)"), "{refused}");
    let wrong = "s3api put-object --bucket own --key wrong --checksum-crc32 AAAAAA== --body";
    let refused = fail(&mut cli.command(wrong, &[&hello]));
    assert!(refused.contains("(BadDigest)"), "{refused}");
    let head =
        "s3api head-object --bucket own --key k --checksum-mode ENABLED --output text --query";
    let told = cli.run(head, &["[ChecksumSHA256,ContentType,Metadata.colour]"]);
    assert_eq!(told.trim(), format!("{sum}\ttext/x-own\tblue"));
    cli.run(
        "s3api copy-object --bucket own --key copy --copy-source own/k --metadata-directive REPLACE",
        &["--metadata", "shape=round"],
    );
    let head = "s3api head-object --bucket own --key copy --output json --query Metadata";
    let told: serde_json::Value = serde_json::from_str(&cli.run(head, &[])).expect("JSON");
    assert_eq!(told, serde_json::json!({"shape": "round"}));
    let delete = r#"{"Objects": [{"Key": "k"}, {"Key": "copy"}]}"#;
    let gone = "s3api delete-objects --bucket own --output text --query";
    let gone = cli.run(gone, &["Deleted[].Key", "--delete", delete]);
    assert_eq!(gone.trim(), "k\tcopy");
}

macro_rules! stories {
    ($($name:ident: $cli:ident $story:ident;)*) => {
        $(
            #[test]
            fn $name() {
                if let Some(cli) = Cli::$cli() {
                    $story(&cli);
                }
            }
        )*
    };
}

stories! {
    version_1_syncs_a_tree_there_and_back: version_1 syncs_a_tree_there_and_back;
    version_1_reads_versions_and_makes_links: version_1 reads_versions_and_makes_links;
    version_1_uploads_in_parts_and_reads_ranges: version_1 uploads_in_parts_and_reads_ranges;
    version_1_streams_unusual_keys_page_by_page: version_1 streams_unusual_keys_page_by_page;
    version_1_has_its_checksums_and_conditions: version_1 checks_and_conditions;
    version_2_syncs_a_tree_there_and_back: version_2 syncs_a_tree_there_and_back;
    version_2_reads_versions_and_makes_links: version_2 reads_versions_and_makes_links;
    version_2_uploads_in_parts_and_reads_ranges: version_2 uploads_in_parts_and_reads_ranges;
    version_2_streams_unusual_keys_page_by_page: version_2_at_length streams_unusual_keys_page_by_page;
}
