# La vérification qui tient les robots à l’écart, et le chemin de ceux chez qui elle ne marche pas.

captcha-label = Je suis une personne
captcha-verifying = Vérification en cours…
captcha-verified = Vérification faite
captcha-wait = La vérification n’est pas finie : patientez un instant.
captcha-error = La vérification n’a pas abouti. Cochez la case pour recommencer.
captcha-intro = Un petit calcul de votre appareil tient les robots à l’écart. Personne n’est suivi.
captcha-no-script = Sans JavaScript, cette vérification ne peut pas se faire : continuez sans elle.
captcha-other-way-question = La vérification ne marche pas chez vous ?
captcha-other-way = Continuer sans elle
captcha-leave-empty = Laissez ce champ vide

captcha-unsolved = La vérification n’a pas été faite. Attendez qu’elle se termine, ou continuez sans elle.
captcha-stale = La vérification n’était plus valable. En voici une nouvelle.
captcha-too-early = C’était très rapide, comme l’aurait fait un robot. Attendez quelques secondes, puis envoyez à nouveau.
captcha-trapped = Un champ caché, qui doit rester vide, a été rempli. Laissez-le vide, puis envoyez à nouveau.
captcha-quota = Plusieurs demandes sont déjà arrivées de votre réseau sans vérification. Faites la vérification, ou revenez plus tard.

# On the sign-in page.
sign-in-captcha = Il y a eu beaucoup d’essais. Faites la vérification ci-dessous et saisissez à nouveau votre mot de passe.
