# Signing in, passwords, addresses, and the page of one's own account.

sign-in-title = Se connecter
sign-in-to-service = Connexion à { $service }
sign-in-with-account = Avec votre compte { $host }
username-label = Identifiant ou adresse e-mail
password-label = Mot de passe
password-forgotten = Mot de passe oublié ?

# Never says whether the account exists.
sign-in-error-title = La connexion n’a pas abouti
sign-in-wrong = Cet identifiant et ce mot de passe ne vont pas ensemble.
username-check = Vérifiez l’identifiant ou l’adresse.
password-check = Saisissez à nouveau le mot de passe.
sign-in-throttled = Il y a eu trop d’essais. Pour protéger les comptes, les suivants doivent attendre.
sign-in-busy = Beaucoup de personnes se connectent en ce moment. Patientez quelques secondes, puis réessayez.
sign-in-page-expired = Cette page était ouverte depuis trop longtemps. Saisissez à nouveau votre mot de passe.

new-password-title = Choisissez un nouveau mot de passe
new-password-reason = L’ancien site ne gardait que le début des mots de passe très longs, dont le vôtre. Choisissez-en un nouveau, une fois pour toutes : il sera gardé en entier.
new-password-then-service = Vous continuerez ensuite vers { $service }.
new-password-then-account = Vous arriverez ensuite sur votre compte.
new-password-label = Nouveau mot de passe
new-password-help = { $count ->
        [one] Au moins { $count } caractère. Une phrase convient très bien, même sans chiffre ni symbole.
       *[other] Au moins { $count } caractères. Une phrase convient très bien, même sans chiffre ni symbole.
    }
new-password-submit = Enregistrer et continuer
new-password-error-title = Ce mot de passe ne convient pas

password-too-short = Ajoutez quelques mots : il faut au moins { $min } caractères.
password-too-long = Choisissez un mot de passe plus court : celui-ci dépasse la longueur que nous pouvons recevoir.
password-too-common = Choisissez autre chose : ce mot de passe est parmi les premiers que l’on essaierait pour entrer chez vous.
password-contains-name = Choisissez un mot de passe qui ne contient ni votre nom, ni votre identifiant.
password-contains-email = Choisissez un mot de passe qui ne contient pas votre adresse e-mail.
password-contains-host = Choisissez un mot de passe qui ne contient pas le nom de ce service.
password-unchanged = Choisissez un mot de passe différent de l’ancien.

verify-email-title = Confirmez votre adresse e-mail
verify-email-reason-service = Avant d’ouvrir { $service }, nous devons savoir que l’adresse { $email } est bien la vôtre.
verify-email-reason = Nous devons savoir que l’adresse { $email } est bien la vôtre.
verify-email-next = Nous vous enverrons un lien. Ouvrez-le, confirmez, et vous pourrez continuer.
verify-email-send = Recevoir le lien
verify-email-sent-title = Consultez votre messagerie
verify-email-sent = Nous avons envoyé un lien à { $email }. Il est valable une heure.
verify-email-sent-next = Ouvrez-le, puis revenez à cette page ou continuez depuis celle qui s’ouvrira.
verify-email-sent-spam = Rien après quelques minutes ? Regardez parmi les courriers indésirables.
verify-email-again = Envoyer un nouveau lien
verify-email-error-title = Le lien n’a pas été envoyé
verify-email-throttled = Plusieurs liens vous ont déjà été envoyés. Utilisez le dernier reçu, ou attendez un peu avant d’en demander un autre.
verify-email-correct = Corriger l’adresse

verify-link-title = Est-ce bien votre adresse ?
verify-link-text = Confirmez que l’adresse { $email } est la vôtre : elle servira à votre compte { $host }.
verify-link-submit = Oui, confirmer cette adresse
verify-link-not-you = Vous n’avez rien demandé ? Fermez cette page : rien ne changera.
verify-done-title = Votre adresse est confirmée
verify-done-text = Merci. Votre compte est prêt.
verify-already-title = Votre adresse est déjà confirmée
verify-already-text = Vous n’avez rien d’autre à faire.

home-title = Votre compte
home-hello = Bonjour, { $name }
home-intro = Voici votre compte { $host } et les services qu’il vous ouvre.
home-services = Vos services
home-no-service-title = Aucun service pour le moment
home-no-service = Dès que votre association ou { $host } vous donnera accès à un service, vous le trouverez ici.
home-account = Votre compte
home-verify = Confirmez votre adresse { $email } pour pouvoir ouvrir les services.
home-verify-button = Confirmer l’adresse
email-verified = Adresse confirmée
email-not-verified = Adresse à confirmer

signed-out-title = Votre session est fermée
signed-out-text = Votre compte { $host } n’est plus ouvert dans ce navigateur.
signed-out-shared = Sur un ordinateur partagé, fermez aussi toutes les fenêtres du navigateur.
sign-in-again = Se connecter à nouveau

# To somebody who is signed in, before something sensitive.
sign-in-confirm = Confirmer que c’est bien vous
sign-in-confirm-submit = Confirmer
sign-in-confirm-text = Votre dernière connexion date un peu. Pour protéger votre compte, saisissez à nouveau votre mot de passe.
sign-in-confirm-as = Vous êtes { $name }.

# The parts of one's own account.
account-nav = Votre compte
account-profile = Profil
account-security = Sécurité
account-sessions = Sessions
account-services = Services
account-organizations = Organisations
account-activity = Activité
account-data = Mes données

security-title = Sécurité de votre compte
security-sign-in = Se connecter
security-password = Mot de passe
security-password-changed = Choisi le { $date }
security-email = Adresse e-mail
security-username = Identifiant
security-change-password = Changer de mot de passe
security-change-email = Changer d’adresse
security-change-username = Changer d’identifiant

# Jetons d’accès, pour ses propres programmes.
tokens-title = Jetons d’accès
tokens-security-text = Pour vos propres programmes, si vous en utilisez.
tokens-manage = Gérer les jetons
tokens-intro = Avec un jeton, un programme ou un tableur à vous peut faire en votre nom ce que vous pouvez faire dans les organisations dont vous vous occupez. Traitez-le comme un mot de passe : qui l’a peut en faire autant. Vos jetons prennent fin quand vous changez votre façon de vous connecter.
tokens-docs = Comment s’en servir
tokens-none = Vous n’en avez pas. Si vous ne savez pas à quoi ils servent, vous n’en avez pas besoin.
tokens-ended = Le jeton est supprimé : il n’ouvre plus rien.
tokens-only = Valable pour { $organization } seulement
tokens-everywhere = Valable pour tout ce dont vous vous occupez
tokens-dates = Créé le { $since }, prend fin le { $until }
tokens-used = Utilisé le { $date }
tokens-never-used = Jamais utilisé
tokens-end = Supprimer
tokens-make-title = Créer un jeton
tokens-make = Créer le jeton
tokens-name = Son nom
tokens-name-help = Pour le reconnaître : « Tableur des membres ».
tokens-name-check = Donnez-lui un nom de 64 caractères au plus.
tokens-organization = Son organisation
tokens-organization-help = Sans réponse, le jeton vaut pour toutes les organisations dont vous vous occupez. Moins il ouvre, plus il est sûr.
tokens-life = Sa durée
tokens-life-help = Ensuite, vous pourrez en créer un autre.
tokens-days = { $count ->
    [one] Un jour
   *[other] { $count } jours
}
tokens-full = Vous en avez autant qu’il est possible. Supprimez-en un pour en créer un autre.
new-token-title = Voici votre jeton
new-token-text = Copiez-le maintenant et gardez-le en lieu sûr : il ne sera plus montré.
new-token-of = Le jeton « { $name } »
new-token-until = Il est valable jusqu’au { $date }.
new-token-next = Je l’ai gardé
