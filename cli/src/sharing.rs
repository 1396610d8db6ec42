//! A large file of events decided on all cores: each part of its customers on a thread of its own, decisions in the order of the file.

use crate::events::{BadLine, Line, Lines};
use crate::session::Failure;
use earnest_ledger::apart::Apart;
use earnest_ledger::{Answer, Host, HostError, Programme};
use serde_json::{Map, Value as Json};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Events of a smaller file are decided sooner than threads are made.
pub const LARGE: u64 = 256 << 10;

/// Lines that are given out at once.
const AT_ONCE: usize = 1_024;

/// How many times so many are under way.
const UNDER_WAY: usize = 4;

type Event = Map<String, Json>;

/// A decision with what is written about it, made where it was decided.
pub type Decided = Result<(Box<Answer>, Vec<u8>), HostError>;

/// What decides events on a host, in order.
pub type Decide = Arc<dyn Fn(&mut Host, &[Event]) -> Vec<Decided> + Send + Sync>;

/// A line of the file: what is wrong with it, or the event's id and its decision.
pub struct Shared {
    /// Its number.
    pub number: u64,
    /// The event's id, where it has one.
    pub id: Option<String>,
    /// The decision; what is wrong with the line.
    pub decided: Result<Decided, BadLine>,
}

/// Where the parts of a file are decided.
pub struct Sharing {
    lines: Lines,
    parts: std::vec::IntoIter<usize>,
    workers: Vec<Worker>,
    under_way: VecDeque<Vec<Given>>,
    ready: VecDeque<Shared>,
}

struct Worker {
    events: SyncSender<Vec<Event>>,
    decided: Receiver<Vec<Decided>>,
}

/// A line that was given out, or needs nobody.
struct Given {
    number: u64,
    id: Option<String>,
    part: Result<usize, BadLine>,
}

/// Which part each event of a file belongs to; none where they must be decided one after the other. Lines that are no events have no part.
pub fn parts(programme: &Programme, lines: Lines, parts: usize) -> Result<Option<Vec<usize>>, Failure> {
    let Some(mut apart) = Apart::of(programme) else { return Ok(None) };
    for line in lines {
        if let Ok(event) = line?.event
            && !apart.see(&event)
        {
            return Ok(None);
        }
    }
    Ok(Some(apart.parts(parts)))
}

impl Sharing {
    /// Starts a thread for each part, with a host of its own made by `host`.
    pub fn start(
        parts: Vec<usize>,
        count: usize,
        lines: Lines,
        host: &dyn Fn() -> Result<Host, Failure>,
        decide: &Decide,
    ) -> Result<Self, Failure> {
        let workers = (0..count).map(|_| Worker::start(host()?, Arc::clone(decide))).collect::<Result<_, Failure>>()?;
        Ok(Self { lines, parts: parts.into_iter(), workers, under_way: VecDeque::new(), ready: VecDeque::new() })
    }

    /// Gives out the next lines; false at the end of the file.
    fn give_out(&mut self) -> Result<bool, Failure> {
        let mut given = Vec::with_capacity(AT_ONCE);
        let mut events: Vec<Vec<Event>> = self.workers.iter().map(|_| Vec::new()).collect();
        for line in self.lines.by_ref().take(AT_ONCE) {
            let Line { number, event } = line?;
            given.push(match event {
                Ok(event) => {
                    let part = self.parts.next().filter(|part| *part < events.len()).ok_or_else(changed)?;
                    let id = event.get("id").and_then(Json::as_str).map(str::to_owned);
                    if let Some(events) = events.get_mut(part) {
                        events.push(event);
                    }
                    Given { number, id, part: Ok(part) }
                }
                Err(bad) => Given { number, id: None, part: Err(bad) },
            });
        }
        if given.is_empty() {
            return Ok(false);
        }
        for (worker, events) in self.workers.iter().zip(events) {
            worker.events.send(events).map_err(|_| ended())?;
        }
        self.under_way.push_back(given);
        Ok(true)
    }

    /// The next line with its decision; none at the end of the file.
    pub fn next(&mut self) -> Result<Option<Shared>, Failure> {
        if let Some(shared) = self.ready.pop_front() {
            return Ok(Some(shared));
        }
        while self.under_way.len() < UNDER_WAY && self.give_out()? {}
        let Some(given) = self.under_way.pop_front() else { return Ok(None) };
        let decided = self.workers.iter().map(|worker| worker.decided.recv().map(Vec::into_iter).map_err(|_| ended()));
        let mut decided = decided.collect::<Result<Vec<_>, _>>()?;
        for Given { number, id, part } in given {
            let decided = match part {
                Ok(part) => Ok(decided.get_mut(part).and_then(Iterator::next).ok_or_else(ended)?),
                Err(bad) => Err(bad),
            };
            self.ready.push_back(Shared { number, id, decided });
        }
        Ok(self.ready.pop_front())
    }
}

impl Worker {
    fn start(mut host: Host, decide: Decide) -> Result<Self, Failure> {
        let (events, taken) = sync_channel::<Vec<Event>>(UNDER_WAY);
        let (told, decided) = sync_channel(UNDER_WAY);
        let work = move || {
            while let Ok(events) = taken.recv() {
                if told.send(decide(&mut host, &events)).is_err() {
                    // Nobody listens any more: the run has ended.
                    break;
                }
            }
        };
        thread::Builder::new().name("part".to_owned()).spawn(work)?;
        Ok(Self { events, decided })
    }
}

fn changed() -> Failure {
    Failure::misuse(
        "the file of events changed while it was read; run it again, or with `--jobs 1`",
        "事件文件在读取过程中发生了变化；请重新运行，或使用 `--jobs 1`",
    )
}

fn ended() -> Failure {
    Failure::Io(io::Error::other("a thread that decides events has ended"))
}
