# Opening an account.

sign-up-title = Créer un compte
sign-up-link = Créer un compte
sign-up-at = Un compte { $host } ouvre tous vos services.
sign-up-for-service = Un compte { $host } ouvre { $service } et vos autres services.
sign-up-email = Votre adresse e-mail
sign-up-email-help = Vous y recevrez un lien pour continuer.
sign-up-submit = Recevoir le lien
sign-up-other-way = Quelqu’un de l’administration acceptera alors votre compte avant que vous puissiez l’utiliser.
sign-up-sign-in = J’ai déjà un compte
sign-up-error-title = Le lien n’a pas été envoyé
sign-up-throttled = Beaucoup de comptes ont été demandés depuis votre réseau. Attendez une heure avant d’en demander un autre.

sign-up-closed-title = Pas d’inscription ici
sign-up-closed = Les comptes { $host } ne se créent pas sur cette page.
sign-up-by-invitation = Les comptes { $host } se créent sur invitation.
sign-up-ask = Pour en demander un, écrivez à { $contact }.

# Never says whether there is an account.
sign-up-sent = Nous venons d’écrire à { $email }. Le message dit comment continuer ; son lien est valable vingt-quatre heures.
sign-up-sent-next = Ouvrez-le, de préférence sur cet appareil. Vous pouvez fermer cette page.
sign-up-sent-nothing = Rien après quelques minutes ? Regardez parmi les courriers indésirables, vérifiez l’adresse, ou demandez un nouvel envoi.
sign-up-sent-again = Un nouveau message est parti. Si vous en avez reçu plusieurs, utilisez le dernier.
sign-up-resend = Envoyer à nouveau

sign-up-finish-title = Terminez votre compte
sign-up-finish-email = Votre adresse { $email } est confirmée.
sign-up-finish-error-title = Il reste à corriger
sign-up-finish-submit = Créer mon compte
sign-up-finish-join = Créer mon compte et rejoindre { $organization }
sign-up-finish-not-you = Vous n’avez rien demandé ? Fermez cette page : aucun compte ne sera créé.
sign-up-terms-missing = Acceptez les conditions d’utilisation pour continuer.
sign-up-to-approve = Quelqu’un de { $host } acceptera votre compte avant que vous puissiez l’utiliser.

sign-up-ready-title = Votre compte est prêt
sign-up-joined = Vous êtes maintenant membre de { $organization }.
sign-up-ready-text = Bienvenue ! Votre session est ouverte dans ce navigateur.
sign-up-waiting-title = Votre demande est arrivée
sign-up-waiting-text = Quelqu’un de { $host } doit encore accepter votre compte. D’ici là, il ne permet pas de se connecter.
sign-up-waiting-next = Nous vous écrirons dès que ce sera fait. Vous pouvez fermer cette page.
sign-up-already-title = Ce compte existe déjà
sign-up-already-text = Ce lien a servi, ou cette adresse a un compte. Connectez-vous pour continuer.
