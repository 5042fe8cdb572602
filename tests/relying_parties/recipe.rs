//! Services as our own recipes describe them: what the command line tells people to paste is what is
//! tried.

use loquet::cli::recipe::Recipe;
use loquet::db::clients::Client;

use crate::support::Server;

/// Adds a service as its recipe says, then changed: what to paste there.
pub async fn by_recipe(
    server: &Server,
    name: &str,
    url: &str,
    client_id: &str,
    change: impl FnOnce(&mut Client),
) -> String {
    let recipe = Recipe::new(name, url.to_owned(), None).unwrap();
    let follow = |client: &mut Client| {
        recipe.apply(client);
        // Without TLS Loquet calls nobody by name.
        let logout = client.backchannel_logout_uri.take();
        client.backchannel_logout_uri = logout.map(|uri| uri.replace("localhost", "127.0.0.1"));
        change(client);
    };
    let (_, secret) = server.service_with(client_id, url, follow).await;
    let told = recipe.settings(&server.state.paths, client_id, secret.reveal());
    // Before it, how to get there.
    told.rsplit_once("\n\n").unwrap().1.to_owned()
}
