#include "stages/extract/detect.h"

/* The commonest function words. A word may be one of several languages: it counts for each. */
const struct detect_row detect_table[] = {
    {"en", "the and of to in is that it was for on are with as at be this have from by not but "
	   "had his they which or an were their has said been will would who when there if more he "
	   "she we you its about after also"},
    {"fr",
	"le la les des et du en un une que qui dans pour pas sur est au par il elle plus avec ce "
	"sont cette aux ont mais ses comme être été leur fait deux après aussi nous vous je"},
    {"de",
	"der die und das den in von zu mit sich des auf für ist im dem nicht ein eine als auch es "
	"an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum "
	"war haben nur oder aber vor zur bis wir ich"},
    {"no",
	"og i det er på til som en at av for med de ikke den har et fra var jeg men om han ble vi "
	"så seg blir etter kan skal hun også vil være ved nå dette mot opp sier enn noe hva"},
    {"da",
	"og i det er på til som en at af for med de ikke den har et fra var jeg men om han blev vi "
	"så sig bliver efter kan skal hun også vil være ved nu dette mod op siger end noget hvad"},
    {"sv",
	"och i att det som en på är av för med den till inte har de ett om var men jag från sig så "
	"han kan vi när nu efter vid ska också blir under eller sina här mot hon över"},
    {"nl",
	"de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij uit "
	"nog naar door over wordt heeft werd ze hij tot had meer geen wat worden deze kan"},
    {"es",
	"de la que el en y los del se las por un para con no una su al lo como más pero sus le ya "
	"este sí porque esta entre cuando muy sin sobre también me hasta hay donde fue ha son"},
    {"it",
	"di e il la che in un a per è una non sono con le si da del dei i della al ha come più lo "
	"gli alla nel anche delle ma se questo dal sul ed degli era nella due dalla stato"},
    {"pt",
	"de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das "
	"à seu sua ou quando muito nos já também só pelo pela até isso ela entre foi são está"},
    {"pl", "w i na z się do że nie to jest o jak po za od dla przez co są ale tym tak czy już był "
	   "było który która tego jego będzie może także oraz przy"},
    {"fi",
	"ja on ei että se oli hän mutta ovat kun niin myös joka sen kuin mukaan jos tai ole olla "
	"vain vuoden ollut mitä tämä"},
};

const size_t detect_table_rows = sizeof(detect_table) / sizeof(*detect_table);
