# Organisations, groupes, réglages : pages des administrateurs.

places-organizations = Organisations
places-organization = L’organisation
places-organizations-search = Nom, ou nom court
places-organizations-search-help = N’importe quelle partie suffit, avec ou sans accents.
places-organizations-none-title = Aucune organisation pour l’instant
places-organizations-none = Une organisation réunit des personnes et les services dont elles se servent. Créez la première, puis désignez une personne référente : elle invitera les autres.
places-organizations-not-found = Aucune organisation ne correspond à « { $text } »
places-organizations-try = Essayez une autre partie de son nom.
places-new-organization = Nouvelle organisation
places-slug = Nom court
places-members = Membres
places-unattended = Sans personne référente

# Une organisation : la créer, la changer.
places-organization-name = Nom de l’organisation
places-organization-contact = Contact (facultatif)
places-organization-contact-help = À qui écrire : une adresse e-mail, un nom, un numéro de téléphone.
places-slug-help = Dans les adresses et pour les services : lettres minuscules sans accents, chiffres et traits d’union. Il ne changera plus.
places-slug-wrong = Écrivez-le en lettres minuscules sans accents, chiffres et traits d’union, jamais au début ni à la fin ; 63 caractères au plus.
places-slug-taken = Choisissez-en un autre : une organisation ou un groupe s’appelle déjà ainsi.
places-name-empty = Donnez-lui un nom.
places-line-wrong = Écrivez une seule ligne, de cent caractères au plus.
places-name-taken = Une autre organisation porte un nom que l’on prendrait pour celui-ci. Changez-le, ou cochez la case pour le garder.
places-despite = Garder ce nom malgré la ressemblance
places-organization-create = Créer l’organisation
places-contact = Contact de l’organisation
places-organization-pages = Ouvrir ses pages
places-edit = Changer le nom ou le contact
places-edit-title = Changer « { $organization } »
places-edit-now = Ce qui est en place maintenant : « { $name } », contact : { $contact }.
places-disable = Désactiver l’organisation
places-disable-title = Désactiver « { $organization } » ?
places-disable-effect = Ses membres perdent ses services dès maintenant, ses référentes et référents peuvent regarder sans rien changer, et les invitations en attente ne valent plus rien. Rien n’est supprimé : elle peut être réactivée.
places-enable = Réactiver l’organisation
places-enable-title = Réactiver « { $organization } » ?
places-enable-effect = Ses membres retrouvent ses services, comme avant.

# Qui s’en occupe.
places-referents = Référentes et référents
places-referents-none-title = Personne ne s’occupe de cette organisation
places-referents-none = Désignez une personne référente : elle invite les membres et leur donne accès aux services.
places-referent-submit = Désigner une personne référente
places-referent-title = Désigner une personne référente pour « { $organization } »
places-referent-intro = Une personne qui en est membre le devient tout de suite. Toute autre reçoit une invitation, et le devient en l’acceptant.
places-referent-unknown = Aucun compte ne s’appelle ainsi : pour inviter quelqu’un qui n’en a pas, écrivez une adresse entière.
places-login = Identifiant ou adresse e-mail
places-login-unknown = Aucun compte ne s’appelle ainsi.
places-login-unproven = Ce compte est désactivé, ou son adresse n’est pas confirmée : il ne peut pas recevoir ce pouvoir. Vérifiez que c’est bien la bonne personne.
places-invitations = Ses invitations
places-dismiss = Retirer ce rôle
places-dismiss-title = { $name } ne s’occupe plus de « { $organization } » ?
places-dismiss-effect = { $name } reste membre, avec les mêmes services.
places-dismiss-last = Personne d’autre ne s’occupe de « { $organization } » : désignez quelqu’un sans tarder.

# Ses services.
places-services = Services de l’organisation
places-services-none-title = Aucun service pour l’instant
places-services-none = Rattachez les services dont ses membres se servent.
places-service-all = Ouvert à tous ses membres
places-service-given = Ouvert aux membres à qui l’accès est donné
places-service-shared = { $count ->
        [0] Pour cette organisation seule
        [one] Partagé avec une autre organisation
       *[other] Partagé avec { $count } autres organisations
    }
places-service-change = Changer qui y a accès
places-attach = Rattacher un service
places-attach-title = Rattacher un service à « { $organization } »
places-attach-help = Un service déjà rattaché ailleurs sera partagé.
places-attach-used = { $count ->
        [one] rattaché à { $count } organisation
       *[other] rattaché à { $count } organisations
    }
places-attach-none = Il n’y a pas de service à rattacher : elle les a tous.
places-attach-who = Qui y aura accès
places-attach-all = Tous ses membres
places-attach-given = Les membres à qui ses référentes et référents donnent l’accès
places-mode-title = Qui a accès à « { $service } » ?
places-detach = Détacher
places-detach-title = Détacher « { $service } » de « { $organization } » ?
places-detach-effect = Les membres qui n’ont accès à « { $service } » que par elle le perdent dès maintenant. Les accès et les rôles donnés là sont oubliés.

# Ce qui vient d’être fait.
places-done-created = L’organisation est créée. Il reste à désigner une personne référente et à rattacher ses services.
places-done-edited = C’est changé.
places-done-already = Cette personne s’en occupe déjà.
places-done-named = C’est fait : cette personne s’en occupe désormais.
places-done-invited = Une invitation est partie : la personne s’en occupera dès qu’elle l’aura acceptée.
places-done-dismissed = C’est fait : cette personne est membre, sans plus.
places-done-attached = C’est fait : le service est ouvert comme vous l’avez dit.
places-done-detached = Le service est détaché.
places-done-disabled = L’organisation est désactivée.
places-done-enabled = L’organisation est réactivée.
places-refused-off = L’organisation est désactivée : réactivez-la d’abord.

# Les groupes.
places-groups = Groupes
places-group = Groupe
places-groups-all = Tous les groupes
places-groups-intro = Un groupe réunit des personnes de toute l’instance et leur ouvre des services. Les services peuvent lire son nom.
places-groups-none-title = Aucun groupe pour l’instant
places-groups-none = Créez-en un pour ouvrir un service à quelques personnes, sans organisation.
places-group-built-in = Prédéfini
places-group-demanded = Double authentification exigée
places-group-free = Au choix de chaque personne
places-new-group = Nouveau groupe
places-new-group-intro = Un groupe nommé « auditors » réunit celles et ceux qui voient toute l’administration sans rien changer.
places-group-name = Nom du groupe
places-group-help = Lettres minuscules sans accents, chiffres, points, traits d’union et tirets bas.
places-group-wrong = Commencez par une lettre ou un chiffre, puis lettres minuscules sans accents, chiffres et . _ - ; 63 caractères au plus. Le nom « admin » est réservé.
places-group-reserved = Choisissez-en un autre : ce nom-là ouvrirait l’administration à tout le groupe.
places-group-taken = Choisissez-en un autre : un groupe ou une organisation s’appelle déjà ainsi.
places-group-create = Créer le groupe
places-group-created = Le groupe est créé. Personne n’en fait encore partie.
places-group-removed = Le groupe est supprimé.
places-group-opens = Ce qu’il ouvre
places-group-opens-none = Aucun service ne laisse entrer ce groupe pour l’instant.
places-group-admins = Ses membres administrent toute l’instance.
places-group-auditors = Ses membres voient toute l’administration, sans rien changer.
places-group-services = Services qui le laissent entrer : { $services }.
places-group-count = { $count ->
        [one] { $count } personne
       *[other] { $count } personnes
    }
places-group-search = Nom, identifiant ou adresse
places-group-try = Essayez une autre partie du nom ou de l’adresse.
places-group-empty-title = Personne n’en fait partie
places-group-empty = Ajoutez quelqu’un par son identifiant ou son adresse e-mail.
places-group-add = Ajouter une personne
places-group-add-title = Ajouter une personne à « { $group } »
places-group-added = C’est fait : cette personne en fait partie.
places-group-remove = Retirer du groupe
places-group-remove-title = Retirer { $name } de « { $group } » ?
places-group-remove-effect = Ce que seul ce groupe lui ouvre se ferme dès maintenant.
places-group-taken-out = C’est fait : cette personne n’en fait plus partie.
places-group-rename = Renommer le groupe
places-group-rename-title = Renommer « { $group } »
places-group-rename-effect = Ce qu’il ouvre reste ouvert. Un service qui se sert de son nom doit être réglé de nouveau : il lira le nouveau.
places-group-renamed = Le groupe est renommé.
places-group-delete = Supprimer le groupe
places-group-delete-title = Supprimer « { $group } » ?
places-group-delete-effect = { $count ->
        [0] Personne n’en fait partie.
        [one] { $count } personne en fait partie. Elle perd dès maintenant ce que seul ce groupe lui ouvre ; son compte reste.
       *[other] { $count } personnes en font partie. Elles perdent dès maintenant ce que seul ce groupe leur ouvre ; leurs comptes restent.
    }
places-group-delete-steps = La double authentification ne sera plus exigée d’elles par ce groupe.
places-group-demand = Exiger la double authentification
places-group-demand-title = Exiger la double authentification de « { $group } » ?
places-group-demand-effect = Qui n’en a pas encore devra la mettre en place à sa prochaine visite, avant toute autre chose.
places-group-demand-done = La double authentification est désormais exigée.
places-group-relax = Ne plus exiger la double authentification
places-group-relax-title = Ne plus exiger la double authentification de « { $group } » ?
places-group-relax-effect = Le mot de passe seul suffira à qui choisit d’y renoncer.
places-group-relax-done = Ce groupe n’exige plus la double authentification.

# Les réglages.
places-settings = Réglages
places-settings-intro = Ils sont lus au démarrage, dans le fichier et dans l’environnement du serveur : changez-les là, puis redémarrez. Pour vérifier avant :
places-theme-texts = Textes du thème qui ne sont pas montrés
places-theme-texts-intro = Ceux de Loquet sont montrés à leur place. Corrigez les fichiers, puis relancez le serveur ; cette commande les vérifie avant :
places-setting = Réglage
places-setting-value = Valeur
places-setting-origin = Origine
places-setting-default = par défaut
places-setting-secret = secret, non montré
places-setting-unset = non réglé
places-setting-empty = aucun
places-setting-blank = vide
