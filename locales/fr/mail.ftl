# Messages envoyés par e-mail. Une clé est un sujet (moins de 50 caractères) ; src/mail/kind.rs dit ce
# que sont .body, .button et .after.

mail-hello-name = Bonjour { $name },
mail-hello = Bonjour,
mail-link = { $label } :
mail-bare-address = Le bouton ne répond pas ? Copiez cette adresse dans votre navigateur :
mail-footer = Ce message automatique vous est envoyé par { $host }.

# Phrases que plusieurs messages reprennent.
mail-alarm = { $contact ->
    [none] Prévenez tout de suite { $host }.
   *[other] Écrivez tout de suite à { $contact }.
}
mail-ask = { $contact ->
    [none] Dites-le à { $host }.
   *[other] Écrivez à { $contact }.
}
mail-not-you = Si c’est vous, il n’y a rien à faire. Si ce n’est pas vous, quelqu’un d’autre a accès à votre compte : changez votre mot de passe. { mail-alarm }

mail-verify = Confirmez votre adresse e-mail
    .body = Cette adresse a été indiquée pour un compte { $host }. Confirmez qu’elle est bien la vôtre, et vous pourrez ouvrir vos services.
    .button = Confirmer mon adresse
    .after =
        Ce lien est valable une heure et ne sert qu’une fois.

        Vous n’avez rien demandé ? Ne faites rien : sans confirmation, l’adresse n’est pas utilisée.

mail-sign-up = Terminez la création de votre compte
    .body = { $service ->
        [none] Un compte { $host } a été demandé avec cette adresse. Il reste à choisir un identifiant et un mot de passe.
       *[other] Un compte { $host } a été demandé avec cette adresse, pour utiliser { $service }. Il reste à choisir un identifiant et un mot de passe.
    }
    .button = Créer mon compte
    .after =
        Ce lien est valable vingt-quatre heures et ne sert qu’une fois.

        Vous n’avez rien demandé ? Ne faites rien : aucun compte ne sera créé.

mail-already-registered = Vous avez déjà un compte
    .body =
        Quelqu’un, sans doute vous, a demandé un compte { $host } avec cette adresse. Elle en a déjà un.

        Connectez-vous avec cette adresse et votre mot de passe. Si vous l’avez oublié, choisissez-en un nouveau.
    .button = Choisir un nouveau mot de passe
    .after = Vous n’avez rien demandé ? Ne faites rien : votre compte n’a pas changé, et la personne qui l’a demandé n’a rien appris.

mail-invitation = Une invitation vous attend
    .body =
        { $host } vous invite à ouvrir un compte.

        Ce compte ne sera qu’à vous : vous en choisirez le nom et le mot de passe.
    .button = Voir l’invitation
    .after =
        Ce lien est valable sept jours et ne sert qu’une fois.

        Vous n’attendiez pas cette invitation ? Ne faites rien : sans votre accord, rien ne change.

mail-became-referent = Vous êtes maintenant personne référente
    .body =
        Vous pouvez maintenant vous occuper des membres de « { $organization } » : inviter et retirer des personnes, leur donner accès aux services.
    .button = Voir les membres
    .after = Si cela vous surprend, parlez-en aux autres personnes référentes de « { $organization } ».

mail-new-referent = Une nouvelle personne référente
    .body =
        Dans « { $organization } », ce rôle vient d’être donné à : { $person }. Il permet d’inviter et de retirer des personnes, et de leur donner accès aux services.

        Vous recevez ce message parce que vous êtes une personne référente de cette organisation, ou que vous administrez { $host }.
    .button = Voir les membres
    .after = Si cela vous surprend, vous pouvez y mettre fin sur cette page.

mail-placed = Vous faites partie d’une organisation
    .body =
        L’équipe de { $host } vous compte désormais parmi les membres de « { $organization } ». Ses personnes référentes voient votre nom et votre adresse e-mail, et peuvent vous donner accès à ses services.
    .button = Voir mes organisations
    .after = Si vous ne voulez pas en faire partie, vous pouvez la quitter sur cette page.

mail-membership-ended = Vous ne faites plus partie d’une organisation
    .body =
        Vous ne faites plus partie de « { $organization } » : ses personnes référentes en ont décidé ainsi. Les services que vous utilisiez grâce à elle vous sont fermés ; votre compte { $host } et vos autres accès restent les mêmes.
    .after = Si c’est une erreur, adressez-vous à « { $organization } ».

mail-membership = Une invitation vous attend
    .body =
        { $inviter ->
            [none] { $host } vous invite à rejoindre « { $organization } ».
           *[other] { $inviter } vous invite à rejoindre « { $organization } » chez { $host }.
        }

        { $services ->
            [none] L’invitation dit ce qui vous est proposé. Vous pourrez l’accepter ou la refuser.
           *[other] Cette invitation vous ouvre : { $services }. Vous pourrez l’accepter ou la refuser.
        }
    .button = Voir l’invitation
    .after =
        Ce lien est valable sept jours, pour cette adresse seulement.

        { $inviter ->
            [none] Vous ne connaissez pas « { $organization } », ou n’attendiez pas cette invitation ? Ne faites rien : sans votre accord, rien ne change.
           *[other] Vous ne connaissez ni { $inviter } ni « { $organization } » ? Ne faites rien : sans votre accord, rien ne change.
        }

mail-access-requested = Quelqu’un demande l’accès à un service
    .body =
        { $organization ->
            [none] { $person } demande l’accès à { $service }.
           *[other] { $person } demande l’accès à { $service }, comme membre de « { $organization } ».
        }

        { $organization ->
            [none] Vous recevez ce message parce que vous administrez { $host }.
           *[other] Vous recevez ce message parce que vous pouvez lui donner cet accès.
        }
    .button = Répondre à la demande
    .after = La page vous permet d’accepter ou de refuser. Si vous êtes plusieurs à pouvoir répondre, la première réponse compte.

mail-access-accepted = Votre demande d’accès est acceptée
    .body = Vous aviez demandé l’accès à { $service }. C’est accepté : vous pouvez l’utiliser dès maintenant.
    .button = Ouvrir le service
    .after = Vous n’aviez rien demandé ? { mail-ask }

mail-access-declined = Votre demande d’accès est refusée
    .body = Vous aviez demandé l’accès à { $service }. Cette fois, la réponse est non.
    .after = Vous pourrez demander à nouveau à partir du { $date }.

mail-registration-waiting = Votre demande de compte est arrivée
    .body =
        Vous avez demandé un compte { $host }, et votre adresse est confirmée. Quelqu’un de l’administration doit encore accepter votre demande.

        Nous vous écrirons dès que ce sera fait. D’ici là, il n’y a rien à faire.
    .after = Vous n’avez rien demandé ? { mail-ask }

mail-registration-approved = Votre compte est prêt
    .body = Votre demande de compte { $host } est acceptée. Vous pouvez vous connecter dès maintenant.
    .button = Me connecter
    .after = Vous n’avez rien demandé ? { mail-ask }

mail-registration-declined = Votre demande de compte est refusée
    .body = Vous avez demandé un compte { $host }. Cette demande n’a pas été acceptée : aucun compte n’est ouvert à cette adresse.
    .after = Vous pensez à une erreur, ou vous n’avez rien demandé ? { mail-ask }

mail-reset-password = Choisissez un nouveau mot de passe
    .body = Un nouveau mot de passe a été demandé pour votre compte { $host }. Ce lien permet de le choisir : ne le donnez à personne.
    .button = Choisir un mot de passe
    .after =
        Ce lien est valable trente minutes et ne sert qu’une fois.

        Vous n’avez rien demandé ? Ne faites rien : votre mot de passe reste le même.

mail-password-changed = Votre mot de passe a changé
    .body =
        Le mot de passe de votre compte { $host } vient d’être changé. Partout ailleurs, il faudra se connecter à nouveau.

        Si c’est vous, il n’y a rien à faire. Si ce n’est pas vous, quelqu’un d’autre a eu accès à votre compte. { mail-alarm }
    .button = Ouvrir mon compte

mail-email-change-confirm = Confirmez votre nouvelle adresse e-mail
    .body = Cette adresse a été indiquée comme nouvelle adresse d’un compte { $host }. Elle remplacera l’ancienne quand vous l’aurez confirmée.
    .button = Confirmer cette adresse
    .after =
        Ce lien est valable une heure et ne sert qu’une fois.

        Vous n’avez rien demandé ? Ne faites rien : sans confirmation, l’adresse n’est pas utilisée.

mail-email-change-notice = Votre adresse e-mail va changer
    .body =
        Une nouvelle adresse, { $address }, a été indiquée pour votre compte { $host }. Dès qu’elle sera confirmée, elle remplacera celle-ci.

        Si c’est vous, il n’y a rien à faire. Si ce n’est pas vous, annulez : votre compte gardera l’adresse actuelle.
    .button = Annuler le changement
    .after =
        Ce lien est valable sept jours, même une fois le changement fait.

        Ce n’est pas vous ? Quelqu’un d’autre a accès à votre compte : annulez, puis changez votre mot de passe. { mail-alarm }

mail-email-changed = Votre adresse e-mail a changé
    .body =
        L’adresse de votre compte { $host } est maintenant { $address }. C’est là que nous vous écrirons.

        { mail-not-you }
    .button = Ouvrir mon compte

mail-email-change-cancelled = Votre adresse e-mail ne change pas
    .body =
        Le changement d’adresse demandé pour votre compte { $host } est annulé. Votre compte garde cette adresse, où vous recevez ce message.

        Si vous n’aviez pas demandé ce changement, quelqu’un d’autre a accès à votre compte : changez votre mot de passe. { mail-alarm }
    .button = Ouvrir mon compte

mail-username-changed = Votre identifiant a changé
    .body =
        L’identifiant de votre compte { $host } est maintenant { $username }. C’est avec lui que vous vous connectez désormais.

        { mail-not-you }
    .button = Ouvrir mon compte

mail-new-device = Connexion depuis un nouvel appareil
    .body =
        Quelqu’un vient de se connecter à votre compte { $host } depuis un appareil que nous ne connaissions pas.

        Appareil : { $device ->
            [none] inconnu
           *[other] { $device }
        }
        Réseau : { $place }
        Date : { $when }

        { mail-not-you }
    .button = Ouvrir mon compte

mail-second-factor-refused = Quelqu’un connaît votre mot de passe
    .body =
        Quelqu’un a saisi le bon mot de passe de votre compte { $host }, puis plusieurs codes faux. Sans le bon code, personne n’est entré.

        Appareil : { $device ->
            [none] inconnu
           *[other] { $device }
        }
        Réseau : { $place }
        Date : { $when }

        Si c’est vous, il n’y a rien à faire. Sinon, changez de mot de passe dès maintenant.
    .button = Ouvrir mon compte

mail-authenticator-added = Application d’authentification ajoutée
    .body =
        Une application d’authentification protège désormais votre compte { $host } : elle donne le code demandé après votre mot de passe.

        { mail-not-you }
    .button = Ouvrir mon compte

mail-authenticator-removed = Application d’authentification retirée
    .body =
        L’application d’authentification de votre compte { $host } vient d’être retirée : ses codes ne servent plus.

        { mail-not-you }
    .button = Ouvrir mon compte

mail-passkey-added = Clé d’accès ajoutée
    .body =
        { $passkey ->
            [none] Une clé d’accès ouvre désormais votre compte { $host }.
           *[other] La clé d’accès « { $passkey } » ouvre désormais votre compte { $host }.
        }

        { mail-not-you }
    .button = Ouvrir mon compte

mail-passkey-removed = Clé d’accès retirée
    .body =
        { $passkey ->
            [none] Une clé d’accès n’ouvre plus votre compte { $host }.
           *[other] La clé d’accès « { $passkey } » n’ouvre plus votre compte { $host }.
        }

        { mail-not-you }
    .button = Ouvrir mon compte

mail-factors-reset = Votre double authentification est retirée
    .body =
        L’équipe de { $host } a retiré la double authentification de votre compte : pour l’instant, le mot de passe suffit pour y entrer. Toutes vos sessions sont fermées.

        Vous pourrez remettre une deuxième preuve depuis votre compte. Si vous n’avez rien demandé, dites-le sans attendre à l’équipe.
    .button = Ouvrir mon compte

mail-recovery-codes-renewed = Vos codes de secours sont renouvelés
    .body =
        De nouveaux codes de secours viennent d’être créés pour votre compte { $host }. Les anciens ne servent plus.

        { mail-not-you }
    .button = Ouvrir mon compte

mail-recovery-code-used = Un code de secours a servi
    .body =
        Un code de secours vient de servir à ouvrir votre compte { $host }. { $count ->
            [0] C’était le dernier : créez-en d’autres dès maintenant.
            [1] Il vous en reste un seul : créez-en d’autres dès maintenant.
           *[other] Il vous en reste { $count }.
        }

        { mail-not-you }
    .button = Ouvrir mon compte

mail-token-made = Jeton d’accès créé
    .body =
        { $token ->
            [none] Un jeton d’accès a été créé pour votre compte { $host } : un programme qui le possède peut gérer en votre nom les organisations dont vous vous occupez.
           *[other] Le jeton d’accès « { $token } » a été créé pour votre compte { $host } : un programme qui le possède peut gérer en votre nom les organisations dont vous vous occupez.
        }

        { mail-not-you }
    .button = Ouvrir mon compte

mail-deletion-scheduled = Votre compte va être supprimé
    .body =
        La suppression de votre compte { $host } a été demandée. Elle aura lieu le { $date }.

        Si c’est vous, il n’y a rien à faire. Si vous changez d’avis, ou si ce n’est pas vous, gardez votre compte.
    .button = Garder mon compte
    .after =
        Ce lien est valable jusqu’à la suppression. Après, le compte ne peut plus être retrouvé.

        Ce n’est pas vous ? Quelqu’un d’autre a accès à votre compte : gardez-le, puis changez votre mot de passe. { mail-alarm }

mail-deletion-cancelled = Votre compte est gardé
    .body =
        La suppression de votre compte { $host } est annulée. Il reste comme il était.

        Si ce n’est pas vous qui l’aviez demandée, quelqu’un d’autre a accès à votre compte : changez votre mot de passe. { mail-alarm }
    .button = Ouvrir mon compte

mail-account-deleted = Votre compte est supprimé
    .body =
        Votre compte { $host } est supprimé, comme demandé. Vous ne pouvez plus vous connecter, ni ouvrir vos services avec lui.

        C’est le dernier message au sujet de ce compte.
    .after = Ce n’est pas vous qui l’avez demandé ? { mail-ask }

mail-account-merged = Vos deux comptes n’en font plus qu’un
    .body =
        L’équipe de { $host } a réuni votre autre compte, { $username }, avec celui-ci. Ses organisations, ses groupes et ses accès sont désormais ici. Vous vous connectez comme avant, avec ce compte ; l’autre n’existe plus.

        Certains services ne savent peut-être pas que vous êtes la même personne : ce que vous y aviez avec l’autre compte y reste, et les personnes qui s’en occupent pourront vous dire comment le retrouver.

        Si vous n’avez rien demandé, dites-le sans attendre à l’équipe.
    .button = Ouvrir mon compte

mail-account-merged-away = Vos deux comptes n’en font plus qu’un
    .body =
        L’équipe de { $host } a réuni ce compte avec votre autre compte, dont l’adresse est { $address }. Connectez-vous désormais avec celui-là : ce compte, son mot de passe et ses sessions n’existent plus.

        C’est le dernier message au sujet de ce compte.
    .after = Vous n’avez rien demandé, ou cette adresse ne vous dit rien ? { mail-ask }

mail-test = Le courrier arrive bien
    .body = Vous avez demandé ce message à { $host } pour voir si son courrier arrive. C’est le cas : il n’y a rien à faire.
