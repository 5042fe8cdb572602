# Ce que quelqu’un a tenté en vain, dans le journal.

attempt-refused = Action d’administration refusée : { $act }
attempt-refused-on = Action d’administration refusée : { $act } ({ $name })
attempt-others = plusieurs tentatives

attempt-look = consulter l’administration
attempt-decide = répondre à une demande
attempt-switch-on = activer un compte
attempt-switch-off = désactiver un compte
attempt-sign-out = déconnecter quelqu’un
attempt-reset-factor = retirer une double authentification
attempt-merge = réunir deux comptes
attempt-write-again = renvoyer un lien de vérification
attempt-tend-mail = intervenir sur les messages
attempt-rotate-keys = renouveler les clés de signature
attempt-tend-services = modifier les services
attempt-organize = modifier les organisations
attempt-regroup = modifier les groupes
attempt-import = importer des comptes
attempt-set-membership = modifier une adhésion
attempt-tell-news = publier des nouvelles
