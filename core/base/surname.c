#include "base/surname.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"

/* Those in use today, six bytes each. Left out are pairs that begin far more often with an ordinary
 * surname (梁丘, 谷梁, 左丘, 子车). */
static const char compound[] =
    "欧阳司马上官诸葛东方皇甫尉迟公孙令狐慕容司徒司空夏侯端木长孙独孤南宫西门东郭百里呼延"
    "宇文钟离闾丘濮阳淳于单于太叔申屠公羊公冶宗政轩辕赫连澹台万俟闻人鲜于亓官司寇仲孙颛孙"
    "拓跋巫马公西漆雕乐正壤驷公良夹谷宰父段干东门南门羊舌第五纳兰完颜耶律叶赫太史叔孙仉督"
    "歐陽司馬諸葛東方尉遲公孫夏侯長孫獨孤鍾離閭丘單于軒轅赫連澹臺萬俟聞人鮮于";

enum { PAIR_BYTES = 6 };
_Static_assert((sizeof compound - 1) % PAIR_BYTES == 0, "every surname here has two characters");

static bool is_compound(const char *name)
{
    for (const char *pair = compound; *pair; pair += PAIR_BYTES)
        if (memcmp(pair, name, PAIR_BYTES) == 0)
            return true;
    return false;
}

size_t surname_count(const char *name)
{
    if (!*name)
        return 0;
    return strnlen(name, PAIR_BYTES + 1) > PAIR_BYTES && is_compound(name) ? 2 : 1;
}
