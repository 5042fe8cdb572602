# Les pages de l’administration, et comment on y arrive.

first-administrator-title = Créer le premier compte d’administration
first-administrator-intro = { $host } n’a encore personne pour l’administrer. Le compte que vous créez ici pourra tout faire.
first-administrator-email-help = Nous y enverrons un lien pour vérifier que c’est bien la vôtre.
first-administrator-email-taken = Choisissez une autre adresse : celle-ci a un compte, ou en avait un il y a peu.
first-administrator-next = Ensuite : confirmez votre adresse, puis mettez en place la double authentification.

admin-title = Administration
admin-overview = Vue d’ensemble
admin-requests = Demandes d’accès
admin-organizations = Toutes les organisations
admin-read-only = Vous pouvez tout regarder ici, sans rien modifier.

admin-attention = À voir
admin-attention-none = Rien ne vous attend.
admin-registrations-waiting = { $count ->
        [one] { $count } nouveau compte à accepter
       *[other] { $count } nouveaux comptes à accepter
    }
admin-mail-dead = { $count ->
        [one] { $count } message n’a pas pu être remis
       *[other] { $count } messages n’ont pas pu être remis
    }
admin-mail-late = { $count ->
        [one] { $count } message attend depuis trop longtemps
       *[other] { $count } messages attendent, certains depuis trop longtemps
    }
admin-keys-overdue = Les clés de signature sont plus anciennes qu’elles ne devraient
admin-no-referent = { $organization } n’a pas de personne référente

admin-accounts = Comptes
admin-accounts-total = En tout
admin-accounts-active = Utilisables
admin-accounts-waiting = À accepter
admin-accounts-disabled = Désactivés
admin-sign-ins = Connexions des derniers jours
admin-sign-ins-none = Personne ne s’est connecté depuis une semaine.
admin-mail = Courrier
admin-mail-waiting = En attente
admin-mail-given-up = Abandonnés
admin-mail-oldest = Le plus ancien en attente
admin-keys = Clés de signature
admin-days = { $count ->
        [0] depuis aujourd’hui
        [one] depuis { $count } jour
       *[other] depuis { $count } jours
    }
admin-machine = Serveur
admin-version = Version
admin-database = Base de données
admin-memory = Mémoire
admin-megabytes = { $count } Mo

# Les personnes.
admin-users = Personnes
admin-users-all = Tout le monde
admin-users-search = Nom, identifiant ou adresse e-mail
admin-users-search-help = Le début suffit, avec ou sans accents : « mart », « alice mart », « alice@ ». Ou le numéro entier d’un compte.
admin-users-none = Essayez le début du prénom, du nom de famille ou de l’adresse.
admin-username = Identifiant
admin-state-waiting = Pas encore accepté
admin-state-disabled = Désactivé
admin-state-leaving = Bientôt supprimé
admin-state-unproven = Non confirmée
admin-account = Compte
admin-address = Adresse confirmée
admin-address-proven = le { $date }
admin-address-unproven = pas encore
admin-created = Compte créé le
admin-last-seen = Dernière visite
admin-groups = Groupes
admin-deletion = Suppression prévue le
admin-id = Numéro du compte
admin-own-account = C’est votre propre compte : vos pages personnelles permettent de le modifier.
admin-waits-here = Ce compte attend votre réponse.
admin-factors = Double authentification
admin-factors-none = Un mot de passe seul.
admin-factor-app = Application d’authentification, depuis le { $date }
admin-factor-passkeys = { $count ->
        [one] { $count } clé d’accès
       *[other] { $count } clés d’accès
    }
admin-factor-codes = { $count ->
        [one] { $count } code de secours restant
       *[other] { $count } codes de secours restants
    }
admin-sessions = Sessions ouvertes
admin-sessions-none = Aucun navigateur n’est connecté.
admin-memberships = Organisations
admin-memberships-none = Dans aucune organisation.
admin-history = Historique
admin-history-none = Rien pour le moment.
admin-history-all = Tout l’historique

# Ce qu’on fait à un compte, après avoir demandé.
admin-verify = Renvoyer le lien de confirmation
admin-verify-title = Renvoyer le lien de confirmation à { $name } ?
admin-verify-effect = Un nouveau lien part vers { $email }, valable une heure. Les précédents ne servent plus.
admin-verify-done = Un lien est en route vers { $name }.
admin-sign-out = Déconnecter partout
admin-sign-out-title = Déconnecter { $name } partout ?
admin-sign-out-effect = Tous les navigateurs de { $name } sont déconnectés dès maintenant, les services perdent ce qu’ils détiennent et les jetons d’accès personnels prennent fin. Une nouvelle connexion reste possible.
admin-sign-out-done = Déconnexion de { $name } : c’est fait.
admin-sign-out-one-title = Déconnecter { $name } de « { $device } » ?
admin-sign-out-one-effect = Ce navigateur de { $name } est déconnecté dès maintenant, et les services ouverts depuis celui-ci se ferment.
admin-reset-factor = Retirer la double authentification
admin-reset-factor-title = Retirer la double authentification du compte de { $name } ?
admin-reset-factor-effect = Assurez-vous d’abord que la demande vient bien de { $name } : jusqu’à la mise en place d’une autre application ou clé d’accès, le mot de passe seul ouvre le compte. Toutes les sessions prennent fin, et un e-mail prévient { $name }.
admin-reset-factor-done = Pour l’instant, le mot de passe suffit à { $name } pour se connecter. Un e-mail le lui dit.
admin-disable = Désactiver le compte
admin-disable-title = Désactiver le compte de { $name } ?
admin-disable-effect = Toutes les sessions de { $name } prennent fin dès maintenant, et la connexion devient impossible. Rien n’est supprimé : le compte peut être réactivé.
admin-disable-done = Le compte de { $name } est désactivé.
admin-enable = Réactiver le compte
admin-enable-title = Réactiver le compte de { $name } ?
admin-enable-effect = { $name } peut de nouveau se connecter, avec le même mot de passe et les mêmes accès.
admin-enable-done = Le compte de { $name } est réactivé.

admin-refused-oneself = Personne ne peut faire cela à son propre compte : demandez à une autre personne de l’administration.
admin-refused-last = Plus personne ne pourrait administrer cette instance : donnez d’abord ce rôle à quelqu’un d’autre.
admin-refused-no-factor = Ce compte n’a pas de double authentification.
admin-refused-verified = Cette adresse est déjà confirmée.
admin-refused-not-waiting = Quelqu’un a déjà répondu pour ce compte.

# Les nouveaux comptes.
admin-registrations = Nouveaux comptes
admin-registrations-intro = Ces personnes ont confirmé leur adresse et ne peuvent pas encore se connecter. Votre réponse leur est envoyée par e-mail ; refuser supprime le compte.
admin-registrations-none-title = Aucun nouveau compte
admin-registrations-none = Quand les réglages le demandent, les nouveaux comptes attendent ici que quelqu’un les accepte.
admin-registration-since = En attente depuis le { $date }
admin-registration-accepted = { $name } peut maintenant se connecter. Un e-mail est en route vers { $email }.
admin-registration-declined = Le compte de { $name } est supprimé. Un e-mail est en route vers { $email }.

# Le journal.
admin-journal = Journal
admin-journal-by = Par
admin-journal-about = Au sujet de
admin-attempt = Action refusée sur les pages d’administration
admin-by-host = Le serveur
admin-journal-person-help = Identifiant, adresse e-mail ou numéro du compte
admin-journal-nobody = Personne ne s’appelle ainsi.
admin-journal-organization = Organisation
admin-journal-organization-help = Son nom court, comme dans les adresses
admin-journal-no-organization = Aucune organisation ne s’appelle ainsi.
admin-journal-anything = Tout
admin-journal-since = Depuis le
admin-journal-no-day = Ce n’est pas une date.
admin-journal-all = Tout le journal
admin-journal-none = Aucune ligne ne correspond
admin-journal-export-intro = À garder, ou à ouvrir dans un tableur :
admin-journal-export = Télécharger ces lignes, et toutes les plus anciennes qui correspondent

# Le courrier.
admin-mail-queue = Courrier à envoyer
admin-mail-none-title = Tout est parti
admin-mail-none = Les messages attendent ici quand le serveur de courrier est absent, et y restent quand il les refuse.
admin-mail-error-title = Cela n’a pas marché
admin-mail-gone = Ce message n’est plus ici : il est parti entre-temps, ou quelqu’un l’a jeté.
admin-mail-given-up-one = Abandonné
admin-mail-sealed = Scellé avec une autre clé maîtresse
admin-mail-dead-since = Abandonné le { $when }
admin-mail-next = Prochain essai le { $when }
admin-mail-written = Écrit le { $when }
admin-mail-tries = { $count ->
        [0] Pas encore essayé
        [one] Essayé une fois
       *[other] Essayé { $count } fois
    }
admin-mail-said = Réponse du serveur de courrier :
admin-mail-retry = Réessayer
admin-mail-retry-all = Tout réessayer
admin-mail-retried = { $count ->
        [0] Il n’y avait rien à réessayer.
        [one] Un message est réessayé maintenant.
       *[other] { $count } messages sont réessayés maintenant.
    }
admin-mail-forget = Jeter
admin-mail-forgotten = Ce message est jeté.
admin-mail-others = Seuls les premiers sont affichés.
admin-mail-test = Envoyer un message d’essai
admin-mail-test-to = À quelle adresse e-mail
admin-mail-test-submit = Envoyer maintenant
admin-mail-test-address = Écrivez une adresse entière, comme nom@example.org.
admin-mail-test-done = Le serveur de courrier a accepté le message pour { $email }. Est-il arrivé ?
admin-mail-test-no-server = Aucun serveur de courrier n’est réglé : rien ne part.
admin-mail-test-failed = Le message n’est pas parti.

# Les clés de signature.
admin-keys-intro = Ces clés signent ce que les services reçoivent quand quelqu’un se connecte.
admin-keys-by-itself = { $count ->
        [one] Elles se renouvellent d’elles-mêmes chaque jour.
       *[other] Elles se renouvellent d’elles-mêmes tous les { $count } jours.
    }
admin-keys-by-hand = D’après les réglages, elles ne se renouvellent pas d’elles-mêmes.
admin-key = Clé
admin-key-algorithm = Algorithme
admin-key-state = État
admin-key-age = En usage
admin-key-signs = Signe
admin-key-next = Signera à partir du { $when }
admin-key-old = Disparaît le { $when }
admin-key-published = Publiée
admin-keys-rotate = Créer de nouvelles clés
admin-keys-rotate-title = Créer de nouvelles clés de signature ?
admin-keys-rotate-effect = Elles sont publiées tout de suite et prennent la relève 24 heures plus tard, pour que les services aient le temps de les connaître. Les clés actuelles restent jusqu’à ce que plus rien de ce qu’elles ont signé ne serve.
admin-keys-rotate-unnoticed = Personne n’a besoin de se reconnecter.
admin-keys-rotated = Les nouvelles clés sont publiées. Elles prennent la relève dans 24 heures.
admin-keys-waiting = De nouvelles clés sont déjà publiées et ne signent pas encore : rien n’a changé.
admin-keys-compromised = Les clés sont peut-être entre d’autres mains ? Sur le serveur, cette commande les oublie aussitôt :
