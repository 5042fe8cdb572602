# Les services, pour qui administre l’instance.
admin-services = Services
admin-services-search = Nom ou identifiant du service
admin-services-all = Tous les services
admin-services-none = Aucun service
admin-services-pages = Pages de services
admin-service = Service
admin-service-off = Désactivé
admin-service-who = Qui peut l’utiliser
admin-service-everyone = Tout le monde
admin-service-nobody = Personne
admin-service-groups = { $count ->
        [one] { $count } groupe
       *[other] { $count } groupes
    }
admin-service-organizations = { $count ->
        [one] { $count } organisation
       *[other] { $count } organisations
    }
admin-service-members = { $count ->
        [0] personne
        [one] { $count } personne
       *[other] { $count } personnes
    }
admin-service-closed = Personne ne peut encore utiliser ce service.
admin-service-by-group = groupe { $group }
admin-service-by-organization = { $organization } : les personnes à qui l’accès est donné
admin-service-by-organization-all = { $organization } : tous les membres
admin-service-by-organization-off = { $organization } : désactivée, n’ouvre rien
admin-service-other-organizations = { $count ->
        [one] et { $count } autre organisation
       *[other] et { $count } autres organisations
    }

# La page d’un service.
admin-service-settings = Réglages
admin-service-id = Identifiant du service
admin-service-issuer = Émetteur
admin-service-discovery = Adresse de découverte
admin-service-proof = Le service prouve qui il est
admin-service-proof-secret = par un secret
admin-service-proof-key = par une clé qui lui appartient
admin-service-proof-none = ne le prouve pas : application dans un navigateur ou un téléphone
admin-service-redirects = Adresses de retour
admin-service-redirects-help = Données par la documentation du service, à la lettre près. Une par ligne.
admin-service-hosts = Protégé par le serveur mandataire à
admin-service-start = Page d’accueil du service
admin-service-signed-out = Retour après déconnexion
admin-service-backchannel = Prévenu des déconnexions à
admin-service-scopes = Portées
admin-service-groups-claim = Groupes
admin-service-claim = dans « { $name } », { $how }
admin-service-format-plain = noms seuls
admin-service-format-role = avec les rôles, comme atelier/editor
admin-service-format-slash = comme des chemins : /atelier/editor
admin-service-roles-claim = Rôles dans
admin-service-renamed = Noms changés
admin-service-pkce = PKCE exigé
admin-service-consent = Accord des personnes
admin-service-ours = non demandé : c’est un service de la maison
admin-service-asked = demandé à la première connexion
admin-service-signature = Signature
admin-service-two-steps = Double authentification exigée
admin-service-elsewhere = Les réglages se changent sur le serveur :
admin-service-secret = Secret
admin-service-secret-since = Créé le { $since }
admin-service-secret-until = L’ancien, créé le { $since }, est accepté jusqu’au { $until }
admin-service-sign-outs = Avis de déconnexion
admin-service-not-told = Ce service n’a pas d’adresse où le prévenir : ses sessions durent autant qu’il le décide.
admin-service-told-last = Dernier avis reçu
admin-service-told-never = aucun pour le moment
admin-service-told-waiting = En attente
admin-service-told-failed = Abandonnés
admin-service-ended = Session terminée
admin-service-outcome = Résultat
admin-service-told-at = Prévenu le { $when }
admin-service-told-given-up = { $count ->
        [one] Abandonné après un essai
       *[other] Abandonné après { $count } essais
    }
admin-service-told-waits = { $count ->
        [0] En attente
        [one] En attente, essayé une fois
       *[other] En attente, essayé { $count } fois
    }

# Ce qu’on fait à un service, après avoir demandé.
admin-service-disable = Désactiver le service
admin-service-disable-title = Désactiver { $name } ?
admin-service-disable-effect = Plus personne ne peut se connecter à { $name }, et tout ce que le service détient cesse d’être valable dès maintenant. Rien n’est supprimé : il peut être réactivé.
admin-service-disable-done = { $name } est désactivé.
admin-service-enable = Réactiver le service
admin-service-enable-title = Réactiver { $name } ?
admin-service-enable-effect = Les personnes qui pouvaient utiliser { $name } le peuvent à nouveau.
admin-service-enable-done = { $name } est réactivé.
admin-service-delete = Supprimer le service
admin-service-delete-title = Supprimer { $name } ?
admin-service-delete-effect = Personne ne pourra plus se connecter à { $name }. Ses réglages, ses rôles, les accès donnés par les organisations et les accords des personnes sont effacés, et ne reviennent pas. Pour une pause, désactivez plutôt le service.
admin-service-delete-done = Le service est supprimé.
admin-refused-stale = Quelqu’un d’autre a changé cela entre-temps. Regardez ce qui est en place avant de recommencer.

# Qui peut l’utiliser.
admin-service-access = Choisir qui peut l’utiliser
admin-service-who-is-that = Voir qui peut l’utiliser
admin-service-policy = Ouvert à
admin-service-policy-restricted = certains groupes, et ce que les organisations donnent
admin-service-policy-everyone = tout le monde : chaque compte dont l’adresse est confirmée
admin-service-policy-groups = Groupes
admin-service-policy-groups-help = Les membres d’un groupe coché peuvent utiliser le service.
admin-service-policy-effect = Ce que le service détient des personnes qui n’y ont plus accès prend fin aussitôt.
admin-service-policy-submit = Enregistrer
admin-service-access-done = { $count ->
        [0] C’est enregistré.
        [one] C’est enregistré. Une personne qui l’utilisait n’y a plus accès.
       *[other] C’est enregistré. { $count } personnes qui l’utilisaient n’y ont plus accès.
    }
admin-service-through-organizations = Organisations qui ont ce service
admin-service-people = Les personnes qui peuvent se connecter
admin-service-people-off = Personne : le service est désactivé.
admin-service-people-none = Personne pour le moment.
admin-service-through = Grâce à

# L’essai de connexion.
admin-service-test = Essai de connexion
admin-service-test-see = Essayer
admin-service-test-intro = Ce que le service recevrait si cette personne se connectait maintenant. Rien n’est envoyé.
admin-service-test-submit = Essayer
admin-service-test-yes = { $name } peut se connecter à { $service }
admin-service-test-no = { $name } ne peut pas se connecter à { $service }
admin-service-test-nothing = Le service n’apprendrait rien.
admin-service-test-scope = Portées accordées :
admin-service-test-moment = S’y ajoute ce qui dépend du moment : heure, durée, session.
admin-service-test-id-token = Jeton d’identité
admin-service-test-userinfo = Informations sur la personne (userinfo)
admin-service-test-access-token = Jeton d’accès
admin-service-test-no-openid = Rien, sans la portée openid.
admin-service-test-elsewhere = Rien : ses jetons d’accès sont destinés à un autre service.
admin-service-test-opaque = Un nom au hasard, qui ne dit rien par lui-même.
admin-service-through-everyone = Ouvert à tout le monde
admin-service-through-group = Par le groupe { $group }
admin-service-through-organization = Par l’organisation { $organization }
admin-service-need-account = Le compte est désactivé.
admin-service-need-service = Le service est désactivé.
admin-service-need-address = L’adresse e-mail n’est pas confirmée.
admin-service-open-group = Il faudrait être dans le groupe { $group }.
admin-service-open-grant = { $organization } pourrait donner cet accès.
admin-service-open-reactivation = Il faudrait que { $organization } soit réactivée.
admin-service-open-membership = { $count ->
        [one] Il faudrait être membre d’une autre organisation qui a le service.
       *[other] Il faudrait être membre de l’une des { $count } autres organisations qui ont le service.
    }

# Un nouveau secret.
admin-service-renew = Créer un nouveau secret
admin-service-secret-title = Créer un nouveau secret pour { $name } ?
admin-service-secret-effect = Il est affiché une seule fois. Donnez-le au service avant que l’ancien ne soit plus accepté.
admin-service-secret-old = L’ancien secret
admin-service-overlap = { $count ->
        [0] n’est plus accepté dès maintenant
        [one] reste accepté une heure
       *[other] reste accepté { $count } heures
    }
admin-service-secret-done = Nouveau secret de { $name }
admin-service-secret-overlap = { $count ->
        [0] L’ancien secret n’est plus accepté.
        [one] L’ancien secret reste accepté une heure.
       *[other] L’ancien secret reste accepté { $count } heures.
    }
admin-service-kept = C’est noté

# Un nouveau service.
admin-service-new = Ajouter un service
admin-service-new-which = Quel service ?
admin-service-new-intro = Pour ceux-ci, les réglages sont connus : il ne manque que l’adresse.
admin-service-other = Un autre service
admin-service-new-of = Ajouter : { $title }
admin-service-new-submit = Ajouter le service
admin-service-url = Adresse du service
admin-service-url-help = Celle que les gens voient, comme https://cloud.example.org, avec son chemin s’il y en a un.
admin-service-name = Nom du service
admin-service-name-help = Tel que les gens le liront.
admin-service-provider = Nom donné à notre connexion dans le service
admin-service-provider-help = Il fait partie d’adresses : choisissez-le une fois pour toutes. Lettres sans accents, chiffres et . _ ~ -
admin-service-ours-ask = C’est un service de la maison
admin-service-ours-help = Les personnes n’ont pas à dire si elles acceptent ce qu’il reçoit.
admin-service-pkce-ask = Le service connaît PKCE
admin-service-pkce-help = Décochez si sa documentation n’en parle pas.
admin-service-error-title = Le service n’est pas ajouté
admin-service-error-name = Donnez un nom de 64 caractères au plus.
admin-service-error-url = Écrivez une adresse entière, comme https://cloud.example.org, sans point d’interrogation.
admin-service-error-provider = Seuls des lettres sans accents, des chiffres et . _ ~ - conviennent, 64 au plus.
admin-service-error-redirect = Écrivez des adresses entières qui commencent par https://, une par ligne.
admin-service-error-private = Cette adresse n’est pas publique : nommez d’abord son réseau dans outgoing.allowed_networks.
admin-service-error-address = Cette adresse ne peut pas servir.
admin-service-added = { $name } est ajouté
admin-service-added-text = Il reste à le dire au service, puis à choisir qui peut l’utiliser : pour l’instant, personne.
admin-service-to-tell = À donner au service
admin-service-once = Le secret n’est affiché que cette fois : copiez-le maintenant.
admin-service-paste = À coller dans le service
admin-service-recipe = Groupes, déconnexion, et que faire si cela ne marche pas :
admin-service-next-access = Choisir qui peut l’utiliser
admin-service-next-page = Voir la page du service

# Le logo d’un service.
admin-service-logo = Logo
admin-service-logo-none = Aucun : les pages montrent la première lettre de son nom.
admin-service-logo-change = Changer le logo
admin-service-logo-title = Logo de { $name }
admin-service-logo-shown = Le logo actuel
admin-service-logo-label = Choisir une image
admin-service-logo-help = PNG, JPEG ou WebP, 5 Mo au plus. Les gens le voient en petit, sur un fond clair ou sombre : mieux vaut un dessin simple, sur un fond transparent.
admin-service-logo-send = Envoyer ce logo
admin-service-logo-remove = Retirer le logo
admin-service-logo-done = Le logo de { $name } est enregistré.
admin-service-logo-error = Le logo n’a pas changé
admin-service-logo-nothing = Choisissez d’abord une image.
admin-service-logo-large = Cette image dépasse 5 Mo. Envoyez-en une version plus petite.
admin-service-logo-kind = Ce fichier n’est pas une image PNG, JPEG ou WebP. Choisissez-en un autre, ou enregistrez-le dans un de ces formats.
admin-service-logo-damaged = Cette image est abîmée : elle ne peut pas être lue. Ouvrez-la, enregistrez-la de nouveau, puis envoyez-la.
admin-service-logo-pixels = Cette image a trop de pixels. Envoyez-en une version plus petite.
