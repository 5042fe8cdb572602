# For those who look after an organization: its people, invitations, list, journal.

yes = Oui
no = Non
undo = Annuler
keep-as-is = Ne rien changer

# Around every page.
organization-people = Personnes
organization-invitations = Invitations
organization-list = La liste
organization-journal = Journal
organization-others = Autres organisations
organization-all = Toutes les voir
organization-deactivated = { $host } a désactivé cette organisation : vous pouvez tout voir, mais rien changer, et ses membres ne peuvent pas utiliser ses services pour le moment.
organization-read-only = Vous regardez cette organisation pour { $host } : vous voyez tout et ne changez rien.

# What cannot be done, and why.
organization-refused-title = Ce n’est pas possible
organization-not-referent-title = Vous ne vous occupez pas de { $organization }
organization-not-referent = Vous êtes membre de { $organization }. Ce sont ses personnes référentes qui s’occupent de ses membres et de leurs accès.
organization-referents-are = Vous pouvez vous adresser à :
organization-host-only = Seule l’équipe de { $host } peut faire cela.
organization-not-delegable = Seule l’équipe de { $host } donne ce rôle.
organization-last-title = { $organization } a besoin de quelqu’un
organization-last = Personne d’autre ne s’occupe de { $organization }. Donnez d’abord ce rôle à un autre membre.
organization-stale-title = Cela a changé entre-temps
organization-stale = Quelqu’un est passé avant vous. Rien de ce que vous venez de demander n’a été fait : regardez où en sont les choses, et recommencez si besoin.
organization-too-many-title = C’est assez pour aujourd’hui
organization-too-many = Cette adresse a déjà reçu une invitation aujourd’hui, ou votre organisation en a envoyé autant que possible en un jour. Vous pourrez reprendre à partir du { $until }.
organization-to-people = Revenir aux personnes
organization-to-own = Voir vos organisations
clash-already-member = Cette adresse est déjà celle d’un membre.
clash-already-answered = Cette invitation a déjà reçu une réponse.

# The organizations that one looks after.
index-title = Les organisations dont vous vous occupez
index-all-title = Toutes les organisations
index-none-title = Vous ne vous occupez d’aucune organisation
index-none = Une personne référente d’une organisation, ou l’équipe de l’hébergeur, peut vous le proposer.
index-off = Désactivée
pages-first = Première page

# People.
people-counts = { $count ->
        [one] { $count } membre
       *[other] { $count } membres
    }, { $invited ->
        [0] aucune invitation en attente
        [one] { $invited } invitation en attente
       *[other] { $invited } invitations en attente
    }
people-invite = Inviter quelqu’un
people-invite-one = Inviter quelqu’un
people-paste-list = Coller une liste
people-alone-title = Il n’y a que vous pour l’instant
people-alone = Invitez les personnes une à une, ou collez la liste que vous tenez dans un tableur. Chacune reçoit un message et décide d’entrer ou non.
people-search = Nom ou adresse e-mail
people-search-submit = Chercher
people-search-too-long = Raccourcissez : cent caractères au plus.
people-see-all = Voir tout le monde
people-service = Service
people-every-service = Tous les services
people-none-title = Personne ne correspond à « { $text } »
people-none = Essayez une partie du nom ou de l’adresse. La personne n’a peut-être pas encore accepté son invitation.
people-no-service = Aucun service n’est encore ouvert à votre organisation. C’est { $host } qui les ouvre.
people-grid = Les personnes et leurs accès
people-person = Personne
people-service-open = ouvert à tous les membres
people-service-off = fermé pour le moment
people-referent = Personne référente
people-you = (vous)
people-pages = Pages
people-previous = Page précédente
people-next = Page suivante
people-export-intro = À garder, ou à modifier dans un tableur :
people-export = Télécharger la liste des membres
people-removed = { $name } ne fait plus partie de { $organization }.

# A press in the grid.
grid-give = Donner accès à { $service } à { $name }
grid-take = Retirer à { $name } l’accès à { $service }
grid-given = { $name } a maintenant accès à { $service }.
grid-taken = { $name } n’a plus accès à { $service }.

take-title = Retirer à { $name } l’accès à { $service } ?
take-effect = { $name } perdra l’accès à { $service } dès maintenant.
take-roles = Le rôle « { $roles } » sera perdu aussi, et vous ne pourrez pas le redonner : seule l’équipe de { $host } le peut.
take-submit = Retirer l’accès
