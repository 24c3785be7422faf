//! `assay engine`: what executes models in a node.

use super::table;
use crate::{context::Context, error::Result, output::Report};
use assay_engine::{ChildStats, Stats};

const MIB: f64 = (1 << 20) as f64;

/// Runs `assay engine stats`.
pub async fn stats(context: &Context) -> Result<Report> {
	let chain = context.connect().await?;
	let stats: Stats = chain.request("assay_engineStats", None::<()>).await?;
	Ok(Report::new(render(&stats), &stats))
}

fn render(stats: &Stats) -> String {
	let Stats { jobs, cache, children, killed, crashed, protections, kernels, threads } = stats;
	let not_yet = || "no child has started yet".to_owned();
	let models = stats.models();
	let mut text = table(&[
		("queued", format!("{} of at most {}", jobs.queued, jobs.queue_length)),
		("running", format!("{} of at most {}", jobs.running, jobs.concurrency)),
		("done", format!("{}{}", jobs.done, counted(&jobs.outcomes.by_name()))),
		("failed", format!("{}{}", jobs.failed, counted(&jobs.failures.by_name()))),
		("refused", format!("{} because the queue was full", jobs.refused)),
		("cache", format!("{} hits, {} misses, {} damaged", cache.hits, cache.misses, cache.damaged)),
		(
			"results",
			format!("{}, {} of at most {}", cache.entries, mebibytes(cache.bytes), mebibytes(cache.limit)),
		),
		("models", format!("{} loaded, about {}", models.count, mebibytes(models.bytes))),
		("children", format!("{} alive, {killed} killed, {crashed} crashed", children.len())),
		("kernels", kernels.clone().unwrap_or_else(not_yet)),
		("threads", format!("{threads} each")),
		("protections", protections.map_or_else(not_yet, |protections| protections.to_string())),
	]);
	for ChildStats { process, jobs, models, memory, peak_memory } in children {
		let known = |bytes: &Option<u64>| bytes.map_or_else(|| "unknown".into(), mebibytes);
		text.push_str(&format!(
			"process {process}: {jobs} jobs, {} models, memory {}, at most {}\n",
			models.count,
			known(memory),
			known(peak_memory)
		));
	}
	text
}

/// What is not zero, in brackets.
fn counted(counts: &[(&str, u64)]) -> String {
	let some: Vec<String> = counts
		.iter()
		.filter(|(_, count)| *count > 0)
		.map(|(name, count)| format!("{count} {name}"))
		.collect();
	if some.is_empty() { String::new() } else { format!(" ({})", some.join(", ")) }
}

fn mebibytes(bytes: u64) -> String {
	format!("{:.1} MiB", bytes as f64 / MIB)
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_engine::{JobStats, ModelUse, Outcomes};

	#[test]
	fn text_should_hold_what_happened_and_every_child() {
		let outcomes = Outcomes { success: 4, out_of_compute: 1, ..Outcomes::default() };
		let child = ChildStats {
			process: 77,
			jobs: 5,
			models: ModelUse { count: 2, bytes: 3 << 20 },
			memory: Some(10 << 20),
			peak_memory: None,
		};
		let stats = Stats {
			jobs: JobStats { done: 5, outcomes, queue_length: 256, ..JobStats::default() },
			children: vec![child],
			..Stats::default()
		};
		let text = render(&stats);
		for expected in [
			"queued       0 of at most 256\n",
			"done         5 (4 success, 1 out-of-compute)\n",
			"failed       0\n",
			"models       2 loaded, about 3.0 MiB\n",
			"kernels      no child has started yet\n",
			"process 77: 5 jobs, 2 models, memory 10.0 MiB, at most unknown\n",
		] {
			assert!(text.contains(expected), "{expected:?} is not in\n{text}");
		}
	}
}
