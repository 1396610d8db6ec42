//! Load on a service: `cargo run --release -p earnest-service --example load -- http://127.0.0.1:8080 CLIENTS SECONDS [PID]`.
//!
//! Each client sends purchases of its own customers, one after the other, and waits for each answer. Told at the end: events a second,
//! the middle and the slowest hundredth of the waiting times, and, where the service's PID is given, its memory at the start, in the
//! middle and at the end.

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a tool for measuring"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("a URL");
    let clients: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(64);
    let seconds: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(20);
    let pid = arguments.next();
    let stop = Arc::new(AtomicBool::new(false));
    // Ids of another run must not be those of this one.
    let run = std::process::id();
    let memory =
        || pid.as_deref().and_then(resident).map(|kilobytes| format!("{} MB", kilobytes / 1024)).unwrap_or_default();
    let begun = Instant::now();
    let mut seen = vec![memory()];
    let running: Vec<_> = (0..clients)
        .map(|client| {
            let (url, stop) = (url.clone(), Arc::clone(&stop));
            thread::spawn(move || send(&url, run, client, &stop))
        })
        .collect();
    for _ in 0..2 {
        thread::sleep(Duration::from_secs(seconds) / 2);
        seen.push(memory());
    }
    stop.store(true, Ordering::Relaxed);
    let mut waits: Vec<u128> = Vec::new();
    let mut refused = 0;
    for client in running {
        let (took, busy) = client.join().expect("a client");
        waits.extend(took);
        refused += busy;
    }
    let passed = begun.elapsed();
    waits.sort_unstable();
    let at = |hundredths: usize| waits.get(waits.len() * hundredths / 100).copied().unwrap_or_default();
    let rate = u128::try_from(waits.len()).unwrap_or_default() * 1_000 / passed.as_millis().max(1);
    println!(
        "{clients} clients: {rate} events/s, p50 {} us, p99 {} us, {} events, {refused} refused, memory {}",
        at(50),
        at(99),
        waits.len(),
        seen.join(" → ")
    );
}

/// Sends until it is told to stop: how long each answer took, in microseconds, and how many requests were refused.
fn send(url: &str, run: u32, client: u64, stop: &AtomicBool) -> (Vec<u128>, u32) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let (mut waits, mut refused) = (Vec::new(), 0);
    for number in 0_u64.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let event = format!(
            r#"{{"id":"{run}-{client}-{number}","at":"2025-01-10T10:00:00+08:00","type":"purchase","customer":"c{client}-{}","amount":"{}.50"}}"#,
            number % 50,
            number % 90
        );
        let begun = Instant::now();
        let mut answer = agent.post(format!("{url}/v1/events")).send(event).expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().expect("a text");
        match status {
            200 => waits.push(begun.elapsed().as_micros()),
            503 => refused += 1,
            _ => panic!("{status}: {text}"),
        }
    }
    (waits, refused)
}

/// The resident memory of a process in kilobytes, where the system tells.
fn resident(pid: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok())
}
