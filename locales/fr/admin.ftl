# Les pages de l’administration, et comment on y arrive.

first-administrator-title = Créer le premier compte d’administration
first-administrator-intro = { $host } n’a encore personne pour l’administrer. Le compte que vous créez ici pourra tout faire.
first-administrator-email-help = Nous y enverrons un lien pour vérifier qu’elle est bien la vôtre.
first-administrator-email-taken = Indiquez une autre adresse : celle-ci est, ou était encore récemment, celle d’un compte.
first-administrator-next = Ensuite : confirmez votre adresse, puis mettez en place la double authentification.

admin-title = Administration
admin-overview = Vue d’ensemble
admin-requests = Demandes d’accès
admin-organizations = Toutes les organisations
admin-read-only = Ici, vous voyez tout, mais ne pouvez rien changer : adressez-vous pour cela à une personne de l’administration.

admin-attention = À traiter
admin-attention-none = Rien à traiter pour le moment.
admin-registrations-waiting = { $count ->
        [one] { $count } nouveau compte attend une réponse
       *[other] { $count } nouveaux comptes attendent une réponse
    }
admin-mail-dead = { $count ->
        [one] { $count } message n’a pas pu être remis
       *[other] { $count } messages n’ont pas pu être remis
    }
admin-mail-late = { $count ->
        [one] { $count } message attend depuis trop longtemps
       *[other] { $count } messages attendent, certains depuis trop longtemps
    }
admin-keys-overdue = Les clés de signature sont trop anciennes : il faut en créer de nouvelles
admin-theme-left-out = { $count ->
        [one] { $count } texte de votre thème contient une erreur : il n’est pas montré
       *[other] { $count } textes de votre thème contiennent une erreur : ils ne sont pas montrés
    }
admin-no-referent = { $organization } n’a pas de personne référente

admin-accounts = Comptes
admin-accounts-total = En tout
admin-accounts-active = Actifs
admin-accounts-waiting = En attente de réponse
admin-accounts-disabled = Désactivés
admin-sign-ins = Connexions des derniers jours
admin-sign-ins-none = Personne ne s’est connecté depuis une semaine.
admin-mail = Courrier
admin-mail-waiting = En attente
admin-mail-given-up = Non remis
admin-mail-oldest = Le plus ancien en attente
admin-keys = Clés de signature
admin-days = { $count ->
        [0] depuis moins d’un jour
        [one] depuis { $count } jour
       *[other] depuis { $count } jours
    }
admin-machine = Serveur
admin-version = Version de Loquet
admin-database = Base de données
admin-memory = Mémoire utilisée
admin-megabytes = { $count } Mo

# Les personnes.
admin-users = Personnes
admin-users-all = Toutes les personnes
admin-users-search = Nom, identifiant ou adresse e-mail
admin-users-search-help = Le début suffit, avec ou sans accents : « mart », « alice mart », « alice@ ». Vous pouvez aussi coller le numéro entier d’un compte.
admin-users-none = Essayez le début du prénom, du nom de famille, de l’identifiant ou de l’adresse.
admin-username = Identifiant
admin-state-waiting = Attend une réponse
admin-state-disabled = Compte désactivé
admin-state-leaving = Suppression prévue
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
admin-own-account = C’est votre propre compte : pour le modifier, allez à l’accueil, puis « Gérer mon compte ».
admin-waits-here = Ce compte attend une réponse : voir les nouveaux comptes
admin-factors = Double authentification
admin-factors-none = Aucune : le mot de passe suffit pour se connecter.
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
admin-memberships-none = Cette personne n’est dans aucune organisation.
admin-history = Historique
admin-history-none = Rien pour le moment.
admin-history-all = Voir tout l’historique

# Ce qu’on fait à un compte, après avoir demandé.
admin-verify = Renvoyer le lien de confirmation
admin-verify-title = Renvoyer le lien de confirmation à { $name } ?
admin-verify-effect = Nous enverrons un nouveau lien à { $email }. Il sera valable une heure, et les précédents ne serviront plus.
admin-verify-done = Un lien de confirmation est en route pour { $name }. Il est valable une heure.
admin-sign-out = Déconnecter partout
admin-sign-out-title = Déconnecter { $name } partout ?
admin-sign-out-effect = Tous les navigateurs de { $name } seront déconnectés dès maintenant, les services et les applications perdront l’accès à son compte, et ses jetons d’accès seront supprimés. { $name } pourra se connecter à nouveau.
admin-sign-out-done = Déconnexion de { $name } : c’est fait.
admin-sign-out-one-title = Déconnecter { $name } de « { $device } » ?
admin-sign-out-one-effect = Ce navigateur sera déconnecté dès maintenant, et les services ouverts depuis celui-ci se fermeront. { $name } pourra s’y connecter à nouveau.
admin-reset-factor = Retirer la double authentification
admin-reset-factor-title = Retirer la double authentification du compte de { $name } ?
admin-reset-factor-effect = Assurez-vous d’abord que c’est bien { $name } qui le demande. Jusqu’à l’ajout d’une autre application ou clé d’accès, le mot de passe suffira pour entrer dans le compte. Ses sessions et ses jetons d’accès prendront fin, et { $name } recevra un e-mail.
admin-reset-factor-done = La double authentification est retirée : pour l’instant, le mot de passe suffit à { $name } pour se connecter. Un e-mail est en route.
admin-disable = Désactiver le compte
admin-disable-title = Désactiver le compte de { $name } ?
admin-disable-effect = { $name } ne pourra plus se connecter : ses sessions et ses jetons d’accès prendront fin dès maintenant. Rien d’autre ne sera supprimé, et le compte pourra être réactivé. Aucun e-mail ne partira.
admin-disable-done = Le compte de { $name } est désactivé.
admin-enable = Réactiver le compte
admin-enable-title = Réactiver le compte de { $name } ?
admin-enable-effect = { $name } pourra de nouveau se connecter, avec le même mot de passe et les mêmes accès. Aucun e-mail ne partira : pensez à prévenir { $name }.
admin-enable-done = Le compte de { $name } est réactivé.

admin-refused-oneself = Personne ne peut faire cela sur son propre compte : demandez à une autre personne de l’administration.
admin-refused-last = Sans ce compte, il n’y aurait plus personne à l’administration : donnez d’abord ce rôle à quelqu’un d’autre.
admin-refused-too-many = Assez de messages sont partis pour l’instant, à cette adresse ou au nom de cette organisation. Réessayez plus tard.
admin-refused-kept = Ce groupe suit les adhésions : personne n’y entre ni n’en sort à la main.
admin-refused-no-factor = Il n’y a rien à retirer : ce compte n’a pas de double authentification.
admin-refused-verified = Il n’y a pas de lien à envoyer : cette adresse est déjà confirmée.
admin-refused-not-waiting = Quelqu’un a déjà répondu pour ce compte. Le journal dit ce qui a été décidé.

# Les nouveaux comptes.
admin-registrations = Nouveaux comptes
admin-registrations-intro = Ces personnes ont confirmé leur adresse et ne peuvent pas encore se connecter. Elles reçoivent votre réponse par e-mail. Si vous refusez, le compte est supprimé.
admin-registrations-none-title = Aucun nouveau compte
admin-registrations-none = Quand les réglages le demandent, les nouveaux comptes attendent ici que quelqu’un les accepte ou les refuse.
admin-registration-since = En attente depuis le { $date }
admin-registration-accepted = { $name } peut maintenant se connecter. Un e-mail est en route vers { $email }.
admin-registration-declined = Le compte de { $name } est supprimé. Un e-mail est en route vers { $email }.
admin-registration-decline = Refuser ce compte
admin-registration-decline-title = Refuser le compte de { $name } ?
admin-registration-decline-effect = Le compte demandé par { $name } sera supprimé. Un e-mail le dira à { $email }.

# Le journal.
admin-journal = Journal
admin-journal-by = Par
admin-journal-about = Au sujet de
admin-attempt = Action refusée sur les pages d’administration
admin-by-host = Le serveur
admin-journal-person-help = Identifiant, adresse e-mail ou numéro du compte
admin-journal-nobody = Aucun compte ne correspond. Écrivez l’identifiant ou l’adresse en entier.
admin-journal-organization = Organisation
admin-journal-organization-help = Son identifiant, comme dans l’adresse de ses pages
admin-journal-no-organization = Aucune organisation n’a cet identifiant. Vous le trouverez dans l’adresse de ses pages.
admin-journal-anything = Tout
admin-journal-since = Depuis le
admin-journal-no-day = Indiquez une date qui existe, comme 2026-03-31.
admin-journal-all = Voir tout le journal
admin-journal-none = Aucune ligne ne correspond. Essayez avec moins de critères.
admin-journal-export-intro = À garder, ou à ouvrir dans un tableur :
admin-journal-export = Télécharger ces lignes et celles des autres pages

# Le courrier.
admin-mail-queue = Courrier à envoyer
admin-mail-none-title = Tout est parti
admin-mail-none = Les messages attendent ici quand le serveur de courrier ne répond pas, et y restent quand il les refuse.
admin-mail-error-title = Cela n’a pas marché
admin-mail-gone = Entre-temps, ce message est parti, a été jeté, ou a été remis à l’essai. La liste ci-dessous est à jour.
admin-mail-given-up-one = Non remis
admin-mail-sealed = Illisible : chiffré avec une autre clé maîtresse
admin-mail-dead-since = Plus aucun essai depuis le { $when }
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
        [0] Il n’y avait aucun message à réessayer.
        [one] Nouvel essai en cours pour un message.
       *[other] Nouvel essai en cours pour { $count } messages.
    }
admin-mail-forget = Jeter
admin-mail-forget-title = Jeter le message à { $to } ?
admin-mail-forget-effect = Il ne sera pas envoyé, et ne pourra pas être récupéré.
admin-mail-forgotten = Ce message est jeté : il ne sera pas envoyé.
admin-mail-others = Il y en a d’autres : seuls les premiers sont affichés.
admin-mail-test = Envoyer un message d’essai
admin-mail-test-to = À quelle adresse e-mail ?
admin-mail-test-submit = Envoyer le message d’essai
admin-mail-test-address = Vérifiez l’adresse : elle doit ressembler à nom@exemple.fr.
admin-mail-test-done = Le serveur de courrier a accepté le message pour { $email }. Vérifiez qu’il arrive, y compris parmi les courriers indésirables.
admin-mail-test-no-server = Aucun serveur de courrier n’est indiqué dans les réglages : rien ne partira tant qu’il n’y en a pas.
admin-mail-test-failed = Le message n’est pas parti. Vérifiez l’adresse et les réglages du courrier, puis réessayez.

# Les clés de signature.
admin-keys-intro = Ces clés signent ce que les services reçoivent quand quelqu’un se connecte.
admin-keys-by-itself = { $count ->
        [one] Elles se renouvellent d’elles-mêmes chaque jour.
       *[other] Elles se renouvellent d’elles-mêmes tous les { $count } jours.
    }
admin-keys-by-hand = Les réglages ne prévoient pas de les renouveler : créez-en de nouvelles au moins une fois par an.
admin-key = Clé
admin-key-algorithm = Algorithme
admin-key-state = État
admin-key-age = En usage
admin-key-signs = Signe en ce moment
admin-key-next = Signera à partir du { $when }
admin-key-old = Sera retirée le { $when }
admin-key-published = Publiée, mais ne signe pas
admin-keys-rotate = Créer de nouvelles clés
admin-keys-rotate-title = Créer de nouvelles clés de signature ?
admin-keys-rotate-effect = Elles seront publiées tout de suite et prendront la relève 24 heures plus tard, pour que les services aient le temps de les connaître. Les clés actuelles resteront publiées tant que ce qu’elles ont signé peut encore servir.
admin-keys-rotate-unnoticed = Personne n’aura besoin de se reconnecter.
admin-keys-rotated = Les nouvelles clés sont publiées. Elles prendront la relève dans 24 heures.
admin-keys-waiting = De nouvelles clés attendent déjà de prendre la relève : il n’en a pas été créé d’autres.
admin-keys-compromised = Quelqu’un a peut-être obtenu ces clés ? Remplacez-les aussitôt par cette commande, sur le serveur (des services peuvent alors refuser les connexions pendant un moment) :
