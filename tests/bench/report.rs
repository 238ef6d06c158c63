//! The figures, as JSON.

use std::time::Duration;

use serde_json::{Value, json};

/// The figures of one run.
pub struct Report {
    load_at_begin: String,
    notes: Vec<Value>,
    rows: Vec<Value>,
}

impl Report {
    /// Begins a report, noting how busy the machine is.
    pub fn begin() -> Self {
        Self {
            load_at_begin: load(),
            notes: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Adds a figure that is no timing of operations.
    pub fn note(&mut self, target: &str, what: &str, value: f64) {
        eprintln!("{target:>12}  {what:<28} {value:.1}");
        self.notes
            .push(json!({ "target": target, "what": what, "value": value }));
    }

    /// Adds a case: the time of each operation, the time of all together, and the bytes of each.
    pub fn add(
        &mut self,
        target: &str,
        case: &str,
        mut each: Vec<Duration>,
        all: Duration,
        bytes_each: u64,
    ) {
        each.sort();
        let at = |share: f64| {
            let last = each.len().saturating_sub(1);
            // Shares are between 0 and 1, and lists are short: neither cast loses anything that matters.
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss
            )]
            let index = (last as f64 * share).round() as usize;
            each.get(index).map_or(0.0, |took| took.as_secs_f64() * 1e3)
        };
        #[expect(clippy::cast_precision_loss, reason = "figures, not money")]
        let (count, bytes) = (each.len() as f64, bytes_each as f64);
        let seconds = all.as_secs_f64();
        let (per_second, mib) = (count / seconds, count * bytes / seconds / 1_048_576.0);
        let (p50, p99) = (at(0.5), at(0.99));
        eprintln!(
            "{target:>12}  {case:<28} {per_second:>9.1}/s {mib:>9.1} MiB/s  p50 {p50:.2} ms  p99 {p99:.2} ms"
        );
        self.rows.push(json!({
            "target": target, "case": case, "operations": each.len(), "seconds": seconds,
            "per_second": per_second, "mib_per_second": mib, "p50_ms": p50, "p99_ms": p99,
        }));
    }

    /// Returns everything as JSON.
    pub fn to_json(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let all = json!({
            "machine": { "cores": cores, "load_at_begin": self.load_at_begin, "load_at_end": load() },
            "notes": self.notes, "cases": self.rows,
        });
        format!("{all:#}")
    }
}

/// Returns the machine's load averages as Linux tells them; empty elsewhere.
fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .unwrap_or_default()
        .trim()
        .to_owned()
}
