//! Run: carries usage until somebody stops it.

use std::{
    net::SocketAddr,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use bridge::{Bridge, Retry, Rhythm, Stop, Summary};
use model::Hour;
use tokio::{net::TcpListener, sync::watch};

use super::{HubOptions, StampOptions, duration, metrics, metrics::Counts, settings, show::Show};
use crate::{
    Printing,
    commands::serve::{runtime, stopped},
};

/// Carry usage of one stamp to the hub until Ctrl-C or SIGTERM; the window in flight is brought to its end.
///
/// Passing failures never end it: it waits and tries again. Two bridges of one stamp do no harm.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    stamp: StampOptions,
    #[command(flatten)]
    hub: HubOptions,
    /// How often the hub is asked what it wants.
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    every: Duration,
    /// How long to rest after each window, to leave the stamp and the hub room for others.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration)]
    pause: Duration,
    /// Catch up, then end. Ends at the first failure, too.
    #[arg(long)]
    once: bool,
    /// Carry no window from this hour on, such as 2026-10-01T18, and end when all before it are delivered.
    #[arg(long, value_name = "HOUR", value_parser = Hour::parse)]
    until: Option<Hour>,
    /// How many of the last hours are read again once a day; 0 is never. With --once the default is 0.
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(0..=8_784))]
    reread: Option<u32>,
    /// Serve counts for monitoring in the OpenMetrics form at this address, at /metrics.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    #[command(flatten)]
    printing: Printing,
}

/// How many of the last hours are read again once a day.
const REREAD_HOURS: u32 = 48;

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let settings = settings::settings(&options.stamp, &options.hub, options.pause, Retry::default())?;
    let cloud = settings.cloud.clone();
    let mut bridge = Bridge::new(settings)?;
    let rhythm = Rhythm {
        every: options.every.max(Duration::from_secs(1)),
        until: options.until,
        reread_hours: options.reread.unwrap_or(if options.once { 0 } else { REREAD_HOURS }),
        once: options.once,
    };
    let counts = Arc::new(Mutex::new(Counts::new(cloud.as_str(), bridge.failures())));
    let mut show = Show::new(cloud.as_str(), options.printing);
    let run = async {
        if let Some(address) = options.metrics {
            let listener = TcpListener::bind(address).await.with_context(|| format!("listen on {address}"))?;
            eprintln!("metrics on http://{}/metrics", listener.local_addr()?);
            tokio::spawn(metrics::serve(listener, Arc::clone(&counts)));
        }
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            stopped().await;
            eprintln!("stopping after the window in flight");
            // Nobody listens when the bridge has ended already.
            let _ = sender.send(true);
        });
        let stop = Stop::new(receiver);
        let run = bridge.run(&rhythm, &stop, |event| {
            counts.lock().unwrap_or_else(PoisonError::into_inner).note(event);
            show.event(event);
        });
        Ok::<Summary, anyhow::Error>(run.await?)
    };
    let summary = runtime()?.block_on(run);
    show.end(summary.as_ref().ok());
    let silent = counts.lock().unwrap_or_else(PoisonError::into_inner).is_silent();
    summary?;
    // Whoever runs it from a timer must see that nothing was sent.
    Ok(if options.once && silent { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
