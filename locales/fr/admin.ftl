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
