# L’adhésion : sur l’accueil, dans l’administration, et son rappel.

mail-membership-ends = Votre adhésion se termine bientôt
    .body =
        Votre adhésion à { $host } se termine le { $date }.

        Pour rester membre, renouvelez-la d’ici là. Votre page d’accueil dit où vous en êtes.
    .button = Voir mon adhésion
    .after = Vous l’avez déjà renouvelée ? Ne faites rien : votre page d’accueil le dira dès que nous l’aurons noté.

membership-title = Adhésion
membership-none = Pas d’adhésion
membership-current = À jour
membership-ends = { $count ->
    [0] Se termine aujourd’hui
    [one] Se termine demain
   *[other] Se termine dans { $count } jours
}
membership-over = Terminée
membership-ahead = À venir
membership-until = Jusqu’au { $date }.
membership-ended = Elle s’est terminée le { $date }.
membership-from = À partir du { $date }.
membership-since = Membre depuis le { $date }.
membership-not-a-member = Vous n’êtes pas membre de { $host }, ou nous ne l’avons pas encore noté.

admin-membership-edit = Changer l’adhésion
admin-membership-page = Adhésion de { $name }
admin-membership-intro = Ces dates disent si { $name } est membre de { $host }. Les groupes tenus par une règle les suivent aussitôt : un accès que rien d’autre n’ouvre se ferme tout de suite après le dernier jour et les jours de grâce.
admin-membership-first = Premier jour
admin-membership-last = Dernier jour
admin-membership-last-help = Vide : pas d’adhésion.
admin-membership-done = L’adhésion de { $name } est enregistrée.
admin-membership-error-title = L’adhésion n’est pas enregistrée
admin-membership-not-a-date = Écrivez une date comme 2027-12-31.
admin-membership-before = Le dernier jour vient avant le premier.
