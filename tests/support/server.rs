//! A real server on a free port.

use std::net::TcpListener;

use actix_web::web::Data;
use chrono::TimeDelta;
use loquet::app::{self, AppState};
use loquet::config::Settings;
use loquet::crypto::Vault;
use loquet::db;
use loquet::mail::{Captured, Transport};
use sqlx::PgPool;

/// Lets the server call services on this machine.
pub const LOOPBACK: (&str, &str) = ("LOQUET_OUTGOING_ALLOWED_NETWORKS", "127.0.0.0/8");

pub struct Server {
    pub state: Data<AppState>,
    pub url: String,
    /// Where it listens, whatever its issuer is.
    pub listening: String,
    pub mails: Captured,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Server {
    /// With the settings of a small host.
    pub async fn start(pool: &PgPool) -> Self {
        Self::with(pool, &[]).await
    }

    /// With other settings, as environment variables.
    pub async fn with(pool: &PgPool, settings: &[(&str, &str)]) -> Self {
        Self::replica(pool, settings, &Vault::generate_master_key()).await
    }

    /// With other settings, of mail too: what it sends leaves for real.
    pub async fn posting(pool: &PgPool, settings: &[(&str, &str)]) -> Self {
        Self::of(pool, settings, &Vault::generate_master_key(), None).await
    }

    /// With a given master key: several replicas of one installation share it.
    pub async fn replica(pool: &PgPool, settings: &[(&str, &str)], master_key: &str) -> Self {
        Self::of(pool, settings, master_key, Some(Captured::default())).await
    }

    /// Another replica of the same installation, with other settings. They share what they mail: either may
    /// be the one that hands it over.
    pub async fn beside(&self, pool: &PgPool, settings: &[(&str, &str)]) -> Self {
        let key = &self.state.settings.secrets.master_key;
        Self::of(pool, settings, key, Some(self.mails.clone())).await
    }

    async fn of(pool: &PgPool, settings: &[(&str, &str)], master_key: &str, mails: Option<Captured>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut environment = vec![
            ("LOQUET_SERVER_ISSUER".to_owned(), format!("http://127.0.0.1:{port}")),
            ("LOQUET_SECRETS_MASTER_KEY".to_owned(), master_key.to_owned()),
            ("LOQUET_HOST_NAME".to_owned(), "La Contre-Voie".to_owned()),
            ("LOQUET_HOST_CONTACT".to_owned(), "aide@contre-voie.example".to_owned()),
            ("LOQUET_PASSWORDS_COST".to_owned(), "10".to_owned()),
            ("LOQUET_PASSWORDS_REFUSAL_FLOOR_MS".to_owned(), "100".to_owned()),
            ("LOQUET_TESTING_CAPTCHA_STEPS".to_owned(), "20".to_owned()),
            ("LOQUET_SERVER_SHUTDOWN_TIMEOUT".to_owned(), "1".to_owned()),
        ];
        // Refused for an issuer that is not a test's.
        if settings.iter().any(|(name, _)| *name == "LOQUET_SERVER_ISSUER") {
            environment.retain(|(name, _)| name != "LOQUET_TESTING_CAPTCHA_STEPS");
        }
        for (name, value) in settings {
            environment.retain(|(other, _)| other != name);
            environment.push(((*name).to_owned(), value.replace("{port}", &port.to_string())));
        }
        let (settings, _) = Settings::load(None, &environment).unwrap();
        let own = db::Pool::new((*pool.connect_options()).clone(), 8);
        let state = Data::new(AppState::new(settings, own, mails.clone().map(Transport::Captured), false).unwrap());
        app::prepare_database(&state).await.unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = state.clone();
        tokio::spawn(async move {
            app::serve(serving, listener, async {
                let _ = stopped.await;
            })
            .await
            .unwrap();
        });
        let listening = format!("http://127.0.0.1:{port}");
        Self {
            url: state.paths.issuer().to_owned(),
            listening,
            state,
            mails: mails.unwrap_or_default(),
            stop: Some(stop),
        }
    }

    /// Moves the server's clock forward, for good.
    pub fn advance(&self, by: TimeDelta) {
        self.state.clock.set_shift(self.state.clock.shift() + by);
    }

    /// Makes what the tests wrote into the database known to the server at once.
    pub async fn reload(&self) {
        self.state.directory.reload(&self.state.pool, &self.state.vault, &self.state.clock).await.unwrap();
    }

    /// Waits for a captured mail to that address: the latest.
    pub async fn mail_to(&self, address: &str) -> loquet::mail::Message {
        self.mail(address, |_| true).await
    }

    /// Waits for the latest with that subject, whatever else is sent meanwhile.
    pub async fn mail_titled(&self, address: &str, subject: &str) -> loquet::mail::Message {
        self.mail(address, |mail| mail.subject == subject).await
    }

    async fn mail(&self, address: &str, good: impl Fn(&loquet::mail::Message) -> bool) -> loquet::mail::Message {
        for _ in 0..600 {
            let found = self.mails.all().into_iter().rev().find(|(_, mail)| mail.to == address && good(mail));
            if let Some((_, mail)) = found {
                return mail;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no mail to {address}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}
