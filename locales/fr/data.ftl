# Ce que contient un compte : sessions, services, activité.

home-manage-account = Gérer mon compte

sessions-title = Vos sessions ouvertes
sessions-intro = Votre compte est ouvert dans ces navigateurs. Vous n’en reconnaissez pas un ? Déconnectez-le, puis changez de mot de passe.
sessions-this-one = Ce navigateur
sessions-unknown-device = Navigateur inconnu
sessions-since = Connexion le { $when }
sessions-last-seen = Dernière visite le { $when }
sessions-place = Réseau { $range }
sessions-end = Déconnecter
sessions-end-others = Déconnecter tous les autres
sessions-others-help = Les services ouverts depuis ces navigateurs se ferment aussi. Les applications autorisées à agir en votre absence continuent.
sessions-others-services = Voir vos services
sessions-only-title = Votre compte n’est ouvert qu’ici
sessions-only = Quand vous l’ouvrirez sur un autre appareil, vous le verrez ici, avec un bouton pour le déconnecter.
sessions-ended = Ce navigateur est déconnecté.
sessions-others-ended = Tous les autres navigateurs sont déconnectés.

services-title = Services que vous utilisez
services-intro = Ce que chaque service reçoit de votre compte, et comment y mettre fin.
services-none-title = Aucun service ne reçoit rien de vous
services-none = Dès que vous vous connecterez à un service, vous verrez ici ce qu’il reçoit, et vous pourrez le lui retirer.
services-open-one = Ouvrir un service
services-ours = Service de { $host }
services-since = Depuis le { $date }
services-last-used = Utilisé la dernière fois le { $when }
services-not-in-use = Pas utilisé en ce moment
services-receives = Il reçoit :
services-withdraw = Retirer l’accès
services-sign-out = S’en déconnecter
services-ended = C’est fait : ce service n’a plus accès à votre compte. Vous pourrez vous y connecter de nouveau quand vous voudrez.

service-withdraw-title = Retirer l’accès à { $service } ?
service-withdraw-effect = { $service } perdra tout de suite l’accès à votre compte, sur tous vos appareils. La prochaine fois que vous l’ouvrirez, il vous sera demandé de nouveau ce qu’il peut recevoir.
service-withdraw-kept = Ce que { $service } a déjà reçu lui reste : demandez à ses responsables de l’effacer si vous le souhaitez.
service-sign-out-title = Se déconnecter de { $service } ?
service-sign-out-effect = { $service } se fermera sur tous vos appareils. Vous pourrez l’ouvrir de nouveau quand vous voudrez.
service-sign-out-ours = C’est un service de { $host } : ce qu’il reçoit ne vous est pas demandé à chaque fois.
service-keep = Ne rien changer

journal-title = Activité de votre compte
journal-intro = Ce qui est arrivé à votre compte, en commençant par le plus récent. Ce n’était pas vous ?
journal-security = Protéger votre compte
journal-none-title = Rien pour le moment
journal-none = Vous verrez ici les connexions, les changements de mot de passe et le reste.
journal-what = Quoi
journal-where = D’où
journal-when = Quand
journal-organization-gone = une organisation qui n’existe plus
journal-pages = Pages
journal-newest = Plus récent
journal-older = Plus ancien
