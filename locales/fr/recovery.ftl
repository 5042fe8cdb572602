# Mot de passe oublié, changement de mot de passe, d’adresse, d’identifiant.

email-label = Adresse e-mail
email-empty = Indiquez une adresse e-mail.
email-too-long = Cette adresse est trop longue : 254 caractères au plus.
email-not-ascii = Écrivez l’adresse sans accent ni caractère spécial, comme prenom.nom@exemple.fr.
email-malformed = Vérifiez l’adresse : elle doit ressembler à nom@exemple.fr.

username-rules = De 2 à 39 lettres sans accent, chiffres, points ou tirets. Commencez par une lettre ou un chiffre.
username-empty = Indiquez un identifiant.
username-length = Choisissez un identifiant de 2 à 39 caractères.
username-character = Utilisez seulement des lettres sans accent, des chiffres, des points et des tirets, et commencez par une lettre ou un chiffre.
username-reserved = Choisissez un autre identifiant : celui-ci est réservé.
username-taken = Choisissez un autre identifiant : celui-ci est pris, ou l’a été.

# Never says whether the account exists.
recover-title = Mot de passe oublié
recover-intro = Indiquez l’adresse e-mail de votre compte : vous y recevrez un lien pour choisir un nouveau mot de passe.
recover-submit = Recevoir le lien
recover-back = Revenir à la connexion
recover-error-title = Le lien n’a pas été demandé
recover-throttled = Beaucoup de liens ont été demandés depuis votre réseau. Attendez une heure avant d’en demander un autre.
recover-sent-title = Consultez votre messagerie
recover-sent = Si un compte utilise l’adresse { $email }, un lien vient d’y être envoyé. Il est valable trente minutes.
recover-sent-next = Ouvrez-le, de préférence sur cet appareil, et choisissez un nouveau mot de passe.
recover-sent-nothing = Rien après quelques minutes ? Regardez parmi les courriers indésirables, et vérifiez l’adresse. Si vous avez déjà demandé plusieurs liens, utilisez le dernier reçu.
recover-again = Indiquer une autre adresse
recover-choose = Pour le compte { $username }.
recover-consequence = Partout ailleurs, il faudra se connecter à nouveau avec ce mot de passe.

change-error-title = Rien n’a été changé
change-back = Revenir sans rien changer

change-password-title = Changer de mot de passe
change-password-consequence = Partout ailleurs qu’ici, il faudra se connecter à nouveau.
change-password-current = Mot de passe actuel
change-password-wrong = Ce n’est pas votre mot de passe actuel.
change-password-throttled = Il y a eu trop d’essais. Pour protéger votre compte, les suivants doivent attendre.
change-password-submit = Changer le mot de passe
change-password-done = Votre mot de passe a changé. Vos autres sessions sont fermées.

change-username-title = Changer d’identifiant
change-username-current = Votre identifiant actuel est { $username }.
change-username-consequence = Les services connaîtront désormais le nouveau. Personne d’autre que vous ne pourra prendre l’ancien.
change-username-label = Nouvel identifiant
change-username-submit = Changer l’identifiant
change-username-throttled = Vous avez essayé beaucoup d’identifiants. Attendez un peu avant d’en essayer un autre.
change-username-done = Votre identifiant a changé. Vos autres sessions sont fermées.

change-email-title = Changer d’adresse e-mail
change-email-current = Votre adresse actuelle est { $email }.
change-email-consequence = Nous écrirons aux deux adresses. L’actuelle reste la bonne tant que la nouvelle n’est pas confirmée.
change-email-unverified = Elle n’est pas confirmée : si elle est fausse, corrigez-la ici. Nous écrirons à la nouvelle.
change-email-label = Nouvelle adresse
change-email-submit = Recevoir le lien de confirmation
change-email-same = C’est déjà votre adresse : indiquez-en une autre.
change-email-throttled = Plusieurs messages ont déjà été demandés. Attendez un peu avant d’en demander un autre.
change-email-waiting = Il reste à confirmer { $email }.
change-email-waiting-next = Un message y a été envoyé : il dit comment continuer. Il est valable une heure.

confirm-email-title = Est-ce votre nouvelle adresse ?
confirm-email-text = L’adresse { $email } deviendra celle du compte { $username }.
confirm-email-consequence = Partout ailleurs qu’ici, il faudra se connecter à nouveau.
confirm-email-submit = Oui, utiliser cette adresse
confirm-email-done-title = Votre adresse a changé
confirm-email-done-text = C’est à { $email } que nous vous écrirons désormais.
confirm-email-already-title = Votre adresse a déjà changé
confirm-email-taken-title = Cette adresse ne peut pas servir
confirm-email-taken-text = Elle est, ou était encore récemment, celle d’un autre compte. Votre adresse reste la même.
confirm-email-taken-again = Indiquer une autre adresse

cancel-email-title = Garder votre ancienne adresse ?
cancel-email-waiting = Il a été demandé de remplacer { $old } par { $new }. Si vous annulez, rien ne changera.
cancel-email-confirmed = L’adresse { $new } a remplacé { $old }. Si vous annulez, { $old } redevient celle de votre compte.
cancel-email-consequence = Par sécurité, toutes les sessions seront fermées et le mot de passe actuel ne servira plus : un lien pour en choisir un autre vous sera envoyé.
cancel-email-submit = Garder { $old }
cancel-email-leave = Le changement vous convient ? Fermez cette page.
cancel-email-done-title = Le changement est annulé
cancel-email-done-text = L’adresse de votre compte est { $old }.
cancel-email-restored = Toutes les sessions sont fermées. Nous vous avons envoyé un lien pour choisir un nouveau mot de passe : il est valable trente minutes.
cancel-email-restored-late = Trop tard, ou rien reçu ? Demandez un autre lien ici.
cancel-email-not-you = Ce n’est pas vous qui aviez demandé ce changement ? Quelqu’un connaît votre mot de passe : choisissez-en un autre maintenant.
cancel-email-recover = Choisir un autre mot de passe
