//! `earnest serve`: the ledger as an HTTP service. Signals, the log and the listener enter here.

use crate::arguments::service::ServeArguments;
use crate::books::not_opened;
use crate::project::{Project, read};
use crate::session::{Ending, Failure, Session};
use earnest_ledger::{Host, Programme};
use earnest_service::{Access, Limits, Reread, Service, Worker, serve};
use earnest_stores::Durable;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Serves until it is told to stop.
pub fn run(arguments: &ServeArguments, session: &Session) -> Result<Ending, Failure> {
    let opened = Project::find_one(&arguments.programme)?.load(&arguments.parameters.parameters);
    opened.tell_findings(session, false)?;
    let Some(programme) = opened.into_programme() else { return Ok(Ending::Findings) };
    let access = access(arguments)?;
    let store = Durable::open(&arguments.store, &programme, true).map_err(|error| not_opened(&error))?;
    log();
    let (worker, thread) = Worker::start(Host::with_store(programme, store), arguments.max_requests)?;
    let limits = Limits {
        body: arguments.max_body,
        time: Duration::from_secs(arguments.timeout),
        requests: arguments.max_requests,
    };
    let service = Service::new(worker, access, limits, reread(arguments));
    // Should the thread that owns the ledger end by itself, nothing can be served: the process ends, to be started again.
    let (gone, ended) = oneshot::channel();
    let watch = thread::spawn(move || {
        let ledger = thread.join();
        let _ = gone.send(());
        ledger.map(drop)
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(listen(arguments, service, ended))?;
    drop(runtime);
    // What was taken has been answered; the store is closed by the thread that owns it.
    let failed = |_| io::Error::other("the ledger's thread has failed");
    watch.join().map_err(failed)?.map_err(failed)?;
    tracing::info!(target: "service", "ended");
    Ok(Ending::Fine)
}

/// Tokens; without any, only this machine may be listened to.
fn access(arguments: &ServeArguments) -> Result<Access, Failure> {
    let Some(file) = &arguments.tokens else {
        if arguments.listen.ip().is_loopback() {
            return Ok(Access::open());
        }
        let address = arguments.listen;
        return Err(Failure::misuse(
            format!("`{address}` is reached by other machines: give tokens with `--tokens FILE`"),
            format!("其他机器可以访问 `{address}`：请用 `--tokens 文件` 指定令牌"),
        ));
    };
    Access::read(&read(file)?).map_err(|error| {
        let file = file.display();
        Failure::misuse(format!("`{file}` is no list of tokens: {error}"), format!("`{file}` 不是令牌清单：{error}"))
    })
}

/// Reads the files again as they are then.
fn reread(arguments: &ServeArguments) -> Reread {
    let (path, parameters) = (arguments.programme.clone(), arguments.parameters.parameters.clone());
    Arc::new(move || -> Result<Programme, String> {
        let said = |failure: Failure| failure.message(earnest_dsl::diagnostic::Language::English);
        let opened = Project::find_one(&path).map_err(said)?.load(&parameters);
        let errors = opened.versions.iter().flat_map(|version| &version.diagnostics).filter(|found| found.is_error());
        let errors: Vec<&str> = errors.map(|found| found.message.en.as_str()).collect();
        let told = errors.join("; ");
        opened.into_programme().ok_or(told)
    })
}

/// One line of JSON for each thing that happens, on standard error.
fn log() {
    // Only the first of a process counts.
    let _ = tracing_subscriber::fmt().json().with_writer(io::stderr).try_init();
}

async fn listen(arguments: &ServeArguments, service: Service, ended: oneshot::Receiver<()>) -> io::Result<()> {
    let listener = TcpListener::bind(arguments.listen).await?;
    let address = listener.local_addr()?;
    let asked = stopped()?;
    let stop = async {
        tokio::select! {
            () = asked => {}
            _ = ended => {}
        }
    };
    tracing::info!(target: "service", %address, "listening");
    serve(listener, service, stop).await
}

/// Until the process is asked to end.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut end, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = end.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
