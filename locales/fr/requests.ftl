# Qui demande l’accès à un service, pour qui peut répondre.

requests-title = Demandes d’accès
requests-intro = Un service a refusé ces personnes, et elles demandent à y entrer. Elles reçoivent votre réponse par e-mail.
organization-requests = Demandes
requests-intro-here = Un service a refusé ces membres, et ils demandent à y entrer. Accepter donne l’accès, sans rôle particulier : les rôles se choisissent sur la page du membre. Votre réponse leur est envoyée par e-mail.
requests-none-here = Quand un service de l’organisation refuse un membre, la page de refus lui propose de demander l’accès. Les demandes arrivent ici, et un e-mail vous prévient.
requests-none-title = Aucune demande
requests-none = Quand un service refuse quelqu’un, la page de refus lui propose de demander l’accès. Les demandes qui ne passent pas par une organisation arrivent ici.
requests-asks = Demande l’accès à { $service }.
requests-since = Demande du { $date }
requests-through = Comme membre de « { $organization } », dont personne ne s’occupe en ce moment : l’accès sera donné par cette organisation.
requests-new-group = Ce service n’est ouvert à aucun groupe. Accepter crée un groupe au nom de { $service }, lui ouvre le service et y met cette personne.
requests-one-group = Accepter met cette personne dans le groupe { $group }.
requests-opens-also = Ce groupe ouvre aussi : { $services }.
requests-which-group = Dans quel groupe la mettre ?
requests-accept = Accepter
requests-decline = Refuser
requests-accepted = { $name } peut maintenant utiliser { $service }.
requests-declined = Vous avez refusé à { $name } l’accès à { $service }. Une nouvelle demande sera possible dans une semaine.
requests-group-made = Le groupe { $group } a été créé et { $service } lui est ouvert.
requests-error-title = La réponse n’a pas été enregistrée
requests-choose-group = Choisissez un groupe pour cette personne.
requests-already-answered = Quelqu’un a déjà répondu à cette demande.
requests-read-only = Vous pouvez voir les demandes, mais pas y répondre.
