//! The thread that owns the ledger. Requests come to it in order; those that wait together share a commit.
//!
//! So the events of a customer stay in the order in which they came, counters that many customers share are never read while another
//! event changes them, and one flush of the disk serves many events. An answer is given only when what it says is durable.

use crate::problem::Problem;
use earnest_ledger::{Host, HostError, Programme};
use earnest_stores::Durable;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

/// The ledger of a service.
pub type Ledger = Host<Durable>;

/// Requests that share a commit, at most.
const GROUP: usize = 64;

/// Answers, once it is known whether what was written is kept.
type Told = Box<dyn FnOnce(Result<(), HostError>) + Send>;

/// Something that writes.
type Write = Box<dyn FnOnce(&mut Ledger) -> Told + Send>;

enum Job {
    Write(Write),
    Read(Box<dyn FnOnce(&Ledger) + Send>),
    Reload(Box<Programme>, oneshot::Sender<Result<(), Problem>>),
}

/// The way to the thread.
#[derive(Clone)]
pub struct Worker {
    jobs: SyncSender<Job>,
    commits: Arc<AtomicUsize>,
}

impl Worker {
    /// Starts the thread; it ends, and gives the ledger back, when no worker is left. `waiting` requests may wait.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(ledger: Ledger, waiting: usize) -> std::io::Result<(Self, JoinHandle<Ledger>)> {
        let (jobs, taken) = sync_channel(waiting);
        let commits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&commits);
        let thread = thread::Builder::new().name("ledger".to_owned()).spawn(move || work(ledger, &taken, &counted))?;
        Ok((Self { jobs, commits }, thread))
    }

    /// Commits so far.
    pub(crate) fn commits(&self) -> usize {
        self.commits.load(Ordering::Relaxed)
    }

    /// Does something that writes; the answer comes when it is durable.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Ledger) -> Result<T, HostError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Write(Box::new(move |ledger| {
            let done = work(ledger);
            Box::new(move |kept| {
                // Who has gone away gets no answer; the same event sent again gets it.
                let _ = answer.send(kept.and(done));
            })
        })))?;
        answered.await.map_err(|_| Problem::gone())?.map_err(Problem::from)
    }

    /// Reads what is durable.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Ledger) -> Result<T, HostError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Read(Box::new(move |ledger| {
            let _ = answer.send(work(ledger));
        })))?;
        answered.await.map_err(|_| Problem::gone())?.map_err(Problem::from)
    }

    /// Goes on with another programme, between two groups of requests.
    pub(crate) async fn reload(&self, programme: Programme) -> Result<(), Problem> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Reload(Box::new(programme), answer))?;
        answered.await.map_err(|_| Problem::gone())?
    }

    fn send(&self, job: Job) -> Result<(), Problem> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Problem::busy(),
            TrySendError::Disconnected(_) => Problem::gone(),
        })
    }
}

fn work(mut ledger: Ledger, jobs: &Receiver<Job>, commits: &AtomicUsize) -> Ledger {
    while let Ok(first) = jobs.recv() {
        let mut writes = Vec::new();
        let mut reads = Vec::new();
        let mut reload = None;
        for job in std::iter::once(first).chain(std::iter::from_fn(|| jobs.try_recv().ok()).take(GROUP)) {
            match job {
                Job::Write(job) => writes.push(job),
                Job::Read(job) => reads.push(job),
                Job::Reload(programme, answer) => {
                    reload = Some((programme, answer));
                    break;
                }
            }
        }
        if !writes.is_empty() {
            write(&mut ledger, writes);
            commits.fetch_add(1, Ordering::Relaxed);
        }
        for job in reads {
            job(&ledger);
        }
        if let Some((programme, answer)) = reload {
            let reloaded = ledger.books_for(*programme);
            let _ = answer.send(reloaded);
        }
    }
    ledger
}

/// A group of requests: each is whole by itself, and none is answered before all are durable.
fn write(ledger: &mut Ledger, jobs: Vec<Write>) {
    // Where nothing can be begun, each says why, as it finds it: nothing that follows is kept.
    let begun = ledger.begin();
    let told: Vec<Told> = match &begun {
        Ok(()) => jobs.into_iter().map(|job| job(ledger)).collect(),
        Err(_) => vec![],
    };
    let kept = begun.and_then(|()| ledger.end());
    for tell in told {
        tell(kept.clone());
    }
}

/// A ledger that goes on with another programme.
trait Reloaded {
    fn books_for(&mut self, programme: Programme) -> Result<(), Problem>;
}

impl Reloaded for Ledger {
    fn books_for(&mut self, programme: Programme) -> Result<(), Problem> {
        let refused = |error: earnest_ledger::store::StoreError| {
            Problem::new(
                axum::http::StatusCode::CONFLICT,
                "programme",
                "the programme does not fit the ledger",
                error.0,
            )
        };
        self.books_mut().serve(&programme).map_err(refused)?;
        self.set_programme(programme);
        Ok(())
    }
}
