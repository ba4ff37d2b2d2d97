//! A server of PostgreSQL's for the tests, in a temporary folder and on a socket only.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, process};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::wait;

/// It ends when its input does, and that is when this program has ended, in whatever way.
const SCRIPT: &str = r#"
set -e
folder=$(mktemp -d /tmp/pollbench-postgres.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$1/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >log 2>&1
"$1/postgres" -D data -k "$folder" -c listen_addresses= >log 2>&1 &
server=$!
until "$1/pg_isready" -q -h "$folder"; do kill -0 $server; sleep 0.05; done
echo "$folder"
cat >/dev/null
kill -INT $server
wait $server
"#;

struct Server {
    folder: String,
    // Its input is open for as long as this is there.
    _script: Child,
}

/// The address of a new database, or `None` where there is no server.
pub fn database() -> Option<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let address = |database: &str| {
        Some(format!("postgres://postgres@localhost/{database}?host={}", server_path()?))
    };
    let create = format!("CREATE DATABASE {name}");
    let server = address("postgres")?;
    wait(async {
        let mut server = PgConnection::connect(&server).await.expect("the server is there");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut server).await.expect("a database");
    });
    address(&name)
}

/// The folder of the server's socket.
pub fn server_path() -> Option<&'static str> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            let server = start();
            if server.is_none() {
                eprintln!("left out: PostgreSQL, which is not installed or can't be started");
            }
            server
        })
        .as_ref()
        .map(|server| server.folder.as_str())
}

fn start() -> Option<Server> {
    let programs = newest()?;
    // PostgreSQL refuses to run as root, so that the user its package made does it.
    let root = Command::new("id").arg("-u").output().ok()?.stdout == b"0\n";
    let mut command = Command::new(if root { "runuser" } else { "sh" });
    if root {
        command.args(["-u", "postgres", "--", "sh"]);
    }
    let mut script = command
        .args(["-c", SCRIPT, "sh"])
        .arg(programs)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut folder = String::new();
    BufReader::new(script.stdout.take()?).read_line(&mut folder).ok()?;
    let folder = folder.trim().to_owned();
    (!folder.is_empty()).then_some(Server { folder, _script: script })
}

/// Where Debian's packages have the programs, else where they are on the search path.
fn newest() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let paths = versions.map(|it| it.path().join("bin"));
    let search = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&search).find(|it| it.join("initdb").exists());
    paths.filter(|it| it.join("initdb").exists()).max().or(on_path)
}
