# Messages sent by e-mail. Subjects stay under 50 characters.

mail-hello-name = Bonjour { $name },
mail-hello = Bonjour,
mail-bare-address = Le bouton ne répond pas ? Copiez cette adresse dans votre navigateur :
mail-footer = { $host } vous a envoyé ce message automatiquement, au sujet de votre compte.

mail-verify-subject = Confirmez votre adresse e-mail
mail-verify-why = Cette adresse a été indiquée pour un compte { $host }. Confirmez qu’elle est bien la vôtre, et vous pourrez ouvrir vos services.
mail-verify-button = Confirmer mon adresse
mail-verify-open = Pour confirmer votre adresse, ouvrez ce lien :
mail-verify-validity = Ce lien est valable une heure et ne sert qu’une fois.
mail-verify-not-you = Vous n’avez rien demandé ? Ne faites rien : sans confirmation, l’adresse n’est pas utilisée.

mail-password-changed-subject = Votre mot de passe a changé
mail-password-changed-why = Le mot de passe de votre compte { $host } vient d’être changé. Partout ailleurs, il faudra se connecter à nouveau.
mail-password-changed-you = Si c’est vous, il n’y a rien à faire.
mail-password-changed-not-you = Si ce n’est pas vous, quelqu’un d’autre a eu accès à votre compte.
mail-password-changed-write = Écrivez tout de suite à { $address }.
mail-password-changed-warn = Prévenez tout de suite { $host }.
mail-password-changed-button = Ouvrir mon compte
mail-password-changed-open = Votre compte :
