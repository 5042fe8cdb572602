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
organization-asking = { $count ->
        [one] { $count } personne demande un accès
       *[other] { $count } personnes demandent un accès
    }
organization-others = Autres organisations
organization-all = Toutes les voir
organization-deactivated = { $host } a désactivé cette organisation : vous voyez tout, mais ne pouvez rien changer, et ses membres ne peuvent pas utiliser ses services pour le moment.
organization-read-only = Vous consultez cette organisation au nom de { $host } : vous voyez tout, mais ne pouvez rien changer.

# What cannot be done, and why.
organization-refused-title = Ce n’est pas possible
organization-not-referent-title = Vous ne vous occupez pas de « { $organization } »
organization-not-referent = Vous êtes membre de « { $organization } ». Ce sont ses personnes référentes qui s’occupent de ses membres et de leurs accès.
organization-referents-are = Vous pouvez vous adresser à :
organization-host-only = Seule l’équipe de { $host } peut faire cela.
organization-not-delegable = Seule l’équipe de { $host } peut donner ce rôle.
organization-last-title = « { $organization } » a besoin de quelqu’un
organization-last = Personne d’autre ne s’occupe de « { $organization } ». Nommez d’abord une autre personne référente.
organization-stale-title = Cela a changé entre-temps
organization-stale = Quelqu’un est passé avant vous. Rien de ce que vous venez de demander n’a été fait : regardez où en sont les choses, et recommencez si besoin.
organization-too-many-title = C’est assez pour aujourd’hui
organization-too-many = Cette adresse a déjà reçu une invitation aujourd’hui, ou votre organisation en a envoyé le maximum pour une journée. Vous pourrez reprendre à partir du { $until }.
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
people-alone = Invitez les personnes une à une, ou collez la liste que vous tenez dans un tableur. Chacune reçoit un message et décide d’accepter ou non.
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
people-removed = { $name } ne fait plus partie de « { $organization } ».

# A press in the grid.
grid-give = Donner accès à { $service } à { $name }
grid-take = Retirer à { $name } l’accès à { $service }
grid-given = { $name } a maintenant accès à { $service }.
grid-taken = { $name } n’a plus accès à { $service }.

take-title = Retirer à { $name } l’accès à { $service } ?
take-effect = { $name } perdra l’accès à { $service } dès maintenant.
take-roles = Cela retire aussi « { $roles } », que vous ne pourrez pas redonner : seule l’équipe de { $host } le peut.
take-submit = Retirer l’accès

save = Enregistrer
back = Retour
list-and = { $first } et { $last }

# One member.
member-email = Adresse e-mail
member-role = Place dans l’organisation
member-is-member = Membre
member-since = Membre depuis le
member-last-seen = Dernière visite
member-not-seen = pas récemment
member-accesses = Ce que peut utiliser { $name }
member-saved = C’est enregistré : voici ce que peut maintenant utiliser { $name }.
member-made-referent = { $name } est maintenant une personne référente.
member-made-member = { $name } est maintenant simple membre.
member-stale = Quelqu’un d’autre a changé ce que peut utiliser { $name }. Vos choix sont ci-dessous ; quand ils diffèrent de ce qui vaut en ce moment, c’est indiqué. Vérifiez-les, puis enregistrez à nouveau.
member-place = Place dans « { $organization } »
member-referent-explained = { $name } s’occupe de l’organisation : inviter et retirer des membres, leur donner accès aux services.
member-member-explained = { $name } utilise les services de l’organisation, sans s’en occuper.
member-remove = Retirer de l’organisation
access-to = Peut utiliser { $service }
access-role = Rôle : { $role }
access-role-fixed = (donné par { $host } seulement)
access-open = Ouvert à tous les membres.
access-off = { $host } a fermé ce service pour le moment.
access-present = En ce moment : { $present }
access-with-roles = Oui, avec { $roles }

role-make-referent = Nommer personne référente
role-make-member = Rendre simple membre
role-referent-title = Nommer { $name } personne référente de « { $organization } » ?
role-referent-effect = { $name } pourra faire tout ce que vous pouvez faire ici : inviter, retirer, donner et reprendre les accès, les vôtres aussi.
role-referent-told = Les autres personnes référentes et l’équipe de { $host } recevront un message.
role-member-title = Rendre { $name } simple membre de « { $organization } » ?
role-member-effect = { $name } reste membre et garde tous ses accès, mais, dès maintenant, ne pourra plus inviter ni retirer personne, ni donner d’accès.
role-own-title = Ne plus vous occuper de « { $organization } » ?
role-own-effect = Vous restez membre, { $name }, et gardez vos accès. Mais vous ne reviendrez sur ces pages que si une autre personne référente vous le propose.
role-own-submit = Ne plus m’en occuper

remove-title = Retirer { $name } de « { $organization } » ?
remove-services = { $name } perdra dès maintenant les accès qui viennent d’ici : { $services }.
remove-effect = { $name } recevra un message et gardera son compte { $host }. Pour revenir, il faudra une nouvelle invitation.
remove-submit = Retirer { $name }
remove-own-title = Quitter « { $organization } » ?
remove-own-services = Vous perdrez dès maintenant les accès qui viennent d’ici : { $services }.
remove-own-effect = Vous ne vous occuperez plus de « { $organization } ». Pour revenir, il vous faudra une nouvelle invitation.
remove-own-submit = Quitter l’organisation

# Inviting.
invite-title = Inviter quelqu’un
invite-error-title = L’invitation n’est pas partie
invite-email = Adresse e-mail
invite-email-help = La personne reçoit un message et décide d’accepter ou non. L’invitation est valable sept jours, et pour cette adresse seulement.
invite-accesses = Ce qu’elle pourra utiliser une fois membre
invite-role = Place dans l’organisation
invite-referent = S’occupera aussi de l’organisation (personne référente)
invite-referent-help = Les personnes référentes invitent et retirent les membres de « { $organization } », et leur donnent accès aux services.
invite-submit = Envoyer l’invitation
invite-many = Beaucoup de personnes à inviter ?

invitations-intro = Les personnes qui ont accepté ne sont plus ici, mais à la page « Personnes ».
invitations-none-title = Aucune invitation en attente
invitations-none = Invitez quelqu’un par son adresse e-mail : la personne décide d’accepter ou non. Vous verrez ici ce qu’il en est.
invitations-sent = L’invitation pour { $email } est en route. Elle est valable sept jours.
invitations-sent-again = Une nouvelle invitation est en route pour { $email }. L’ancien lien ne fonctionne plus.
invitations-withdrawn = L’invitation pour { $email } est annulée.
invitations-error-title = L’invitation n’est pas repartie
invited-pending = En attente, jusqu’au { $date }
invited-declined = Refusée
invited-expired = Sans réponse, expirée depuis le { $date }
invited-void = Plus valable : la personne qui l’a envoyée ne s’occupe plus de l’organisation
invited-by-host = l’équipe de { $host }
invited-sent-by = Envoyée le { $date } par { $name }
invited-gives = Pourra utiliser : { $services }
invited-resend = Renvoyer
invited-withdraw = Annuler
withdraw-title = Annuler l’invitation pour { $email } ?
withdraw-effect = Le lien envoyé ne fonctionnera plus. Vous pourrez inviter à nouveau cette adresse plus tard.
withdraw-submit = Annuler l’invitation

# The list.
list-title = La liste des personnes
list-intro = Vous tenez la liste de vos membres dans un tableur ? Collez-la ici : vous verrez ce qui changerait avant que rien ne change.
list-error-title = La liste n’a pas pu être lue
list-paste = Coller la liste
list-paste-help = Une personne par ligne, comme montré plus bas. Les cellules copiées depuis un tableur conviennent telles quelles.
list-file = Ou choisir un fichier
list-file-help = Un fichier CSV : tous les tableurs savent en enregistrer. Si vous en choisissez un, c’est lui qui est lu, et non ce qui est collé.
list-complete = C’est la liste complète : retirer les membres qui n’y sont pas
list-complete-help = Si vous ne cochez pas, la liste ne fait qu’ajouter et modifier. Si vous cochez, les membres qui n’y sont pas sont retirés et perdent leurs accès, et les invitations en attente qui n’y sont pas sont annulées.
list-preview = Voir ce qui changerait
list-preview-help = Rien n’est fait tout de suite : vous décidez à la page suivante.
list-form-title = Comment l’écrire
list-form = Par exemple :
list-form-email = D’abord l’adresse e-mail : c’est elle qui distingue les personnes.
list-form-role = Puis leur place : « membre » ou « référent ». Si vous la laissez vide, elle ne change pas.
list-form-services = Puis ce qu’elles peuvent utiliser, avec une espace entre deux services. Un rôle s’écrit après le service et un deux-points ; entre deux rôles, on met un plus.
list-form-none = Un simple tiret retire tous les accès. Sans rien, les accès ne changent pas.
list-words = Comment vos services s’écrivent dans la liste
list-word = À écrire
list-word-roles = Avec un rôle
list-example-member = membre
list-example-referent = référent
list-today-title = Partir de la liste d’aujourd’hui
list-today = Téléchargez-la, modifiez-la dans votre tableur, puis envoyez-la ici. Telle quelle, elle ne change rien.
list-download = Télécharger la liste d’aujourd’hui

flaw-list-empty = Collez une liste, ou choisissez un fichier.
flaw-list-too-long = Envoyez-la en plusieurs fois : un demi-mégaoctet au plus.
flaw-list-too-many-lines = Envoyez-la en plusieurs fois : 5 000 lignes au plus.
flaw-list-no-address-column = Mettez l’adresse e-mail dans la première colonne, ou nommez sa colonne « email » sur la première ligne.
flaw-list-not-csv = Cherchez un guillemet ouvert et jamais fermé.
flaw-list-not-text = Choisissez un fichier de texte, au format CSV.
flaw-list-spreadsheet = Ouvrez ce classeur dans votre tableur et enregistrez-le au format CSV : tel quel, il ne peut pas être lu.

list-preview-title = Ce que votre liste changerait
list-applied-title = Votre liste est appliquée
list-not-yet = Rien n’est encore fait.
list-nothing = Cette liste ne change rien : tout est déjà comme elle le dit.
list-stale = Votre liste ne changerait plus la même chose. Voici ce qu’elle changerait maintenant.
list-invite = { $count ->
        [one] { $count } personne à inviter
       *[other] { $count } personnes à inviter
    }
list-invited = { $count ->
        [one] { $count } personne invitée
       *[other] { $count } personnes invitées
    }
list-change = { $count ->
        [one] { $count } membre à modifier
       *[other] { $count } membres à modifier
    }
list-changed = { $count ->
        [one] { $count } membre modifié
       *[other] { $count } membres modifiés
    }
list-change-invitation = { $count ->
        [one] { $count } invitation à modifier
       *[other] { $count } invitations à modifier
    }
list-changed-invitation = { $count ->
        [one] { $count } invitation modifiée
       *[other] { $count } invitations modifiées
    }
list-remove = { $count ->
        [one] { $count } personne à retirer
       *[other] { $count } personnes à retirer
    }
list-removed = { $count ->
        [one] { $count } personne retirée
       *[other] { $count } personnes retirées
    }
list-withdraw = { $count ->
        [one] { $count } invitation à annuler
       *[other] { $count } invitations à annuler
    }
list-withdrew = { $count ->
        [one] { $count } invitation annulée
       *[other] { $count } invitations annulées
    }
list-unchanged = { $count ->
        [one] { $count } ligne ne change rien.
       *[other] { $count } lignes ne changent rien.
    }
list-refused = { $count ->
        [one] { $count } ligne laissée de côté
       *[other] { $count } lignes laissées de côté
    }
list-refused-help = Cela n’empêche pas le reste. Corrigez votre liste et renvoyez-la : ce qui est déjà fait ne sera pas fait deux fois.
list-apply = { $count ->
        [one] Faire ce changement
       *[other] Faire ces { $count } changements
    }
list-edit = Corriger la liste
list-see-people = Voir les personnes
list-column-line = Ligne
list-column-reason = Pourquoi
list-line = Ligne { $line }
list-as-referent = comme personne référente
list-with = pourra utiliser { $services }
list-becomes-referent = devient une personne référente
list-becomes-member = redevient simple membre
list-gets = reçoit { $services }
list-loses = perd { $services }
list-loses-all = perd tous les accès qui viennent d’ici
list-not-an-address = Ce n’est pas une adresse e-mail.
list-repeated = Cette adresse est deux fois dans la liste : c’est la première ligne qui compte.
list-declined = Cette personne a refusé. Si elle a changé d’avis, invitez-la à part.
list-invited-lately = Cette adresse a reçu une invitation il y a moins d’un jour.
list-quota = Votre organisation ne peut plus envoyer d’invitation aujourd’hui. Renvoyez la liste demain.
list-unknown-service = Aucun de vos services n’a ce nom : voyez comment ils s’écrivent.
list-unknown-role = Ce service n’a pas ce rôle.
list-not-delegable = Seule l’équipe de l’hébergeur peut donner ce rôle.
list-unknown-place = Écrivez « membre » ou « référent », ou rien.
list-yourself = Vous n’êtes pas dans la liste : elle ne vous retire pas.
list-last-referent = Plus personne ne s’occuperait de l’organisation.
list-not-possible = Ce n’est pas possible.

# The journal.
organization-journal-intro = Ce qui a été fait dans cette organisation, par qui et pour qui. Personne ne peut le modifier.
organization-journal-none-title = Rien ne s’est encore passé
organization-journal-none = Les invitations, les accès donnés et repris, les arrivées et les départs s’afficheront ici.
journal-somebody-gone = une personne dont le compte n’existe plus
journal-host = L’équipe de { $host }
journal-outsider = Une personne extérieure
journal-refused = Refusé
happened-joined = { $who } a accepté l’invitation et fait partie des membres.
happened-declined = { $who } a refusé l’invitation.
happened-left = { $who } a quitté l’organisation.
happened-gave-up = { $who } a renoncé à l’accès à { $service }.
happened-removed = { $who } a retiré { $person } de l’organisation.
happened-placed = { $who } a fait entrer { $person } dans l’organisation.
happened-made-referent = { $who } a nommé { $person } personne référente.
happened-made-member = { $who } a rendu { $person } simple membre.
happened-given = { $who } a donné à { $person } l’accès à { $service }.
happened-given-roles = { $who } a donné à { $person } l’accès à { $service }, avec { $what }.
happened-no-role = { $who } a retiré à { $person } ses rôles dans { $service }.
happened-roles = { $who } a changé, pour { $person }, les rôles dans { $service } : { $what }.
happened-taken = { $who } a retiré à { $person } l’accès à { $service }.
happened-attached = { $who } a ouvert { $service } à l’organisation.
happened-detached = { $who } a fermé { $service } à l’organisation.
happened-created = { $who } a créé l’organisation.
happened-settings = { $who } a changé le nom, le contact ou l’état de l’organisation.
happened-invited = { $who } a invité { $what }.
happened-invited-again = { $who } a invité { $what } à nouveau.
happened-invitation-changed = { $who } a changé ce que donne l’invitation pour { $what }.
happened-invitation-withdrawn = { $who } a annulé l’invitation pour { $what }.
happened-list = { $who } a appliqué une liste : { $what }.
happened-exported = { $who } a téléchargé la liste des membres.
happened-refused = { $who } a tenté une action non permise : { $what }.
reason-not-referent = seules les personnes référentes le peuvent
reason-read-only = cette personne ne peut que regarder
reason-deactivated = l’organisation est désactivée
reason-not-delegable = seule l’équipe de l’hébergeur peut donner ce rôle
reason-last-referent = plus personne ne s’occuperait de l’organisation
reason-host-only = seule l’équipe de l’hébergeur le peut
