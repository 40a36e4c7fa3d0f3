#!/bin/sh
# build.sh FOLDER, run when the image is built: puts a site into FOLDER. That is site/dist, if it
# is there and a site of these very sources; else one is built. Only that needs the builder's
# packages, so they are no layer: they stay in $PCW_CACHE from one build to the next.
set -eu
export PYTHONPATH=site PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1

if [ -d site/dist ] && python3 -m builder.current site/dist; then
    mv site/dist "$1"
else
    # Of the packages and of the Python: an image of another one may fill the same cache.
    python=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable), sys.version)')
    tools=$PCW_CACHE/tools-$({ cat requirements/site.txt; echo "$python"; } | sha256sum | cut -c 1-16)
    if [ ! -e "$tools/complete" ]; then
        rm -rf "$PCW_CACHE"/tools-*
        python3 -m venv "$tools"
        "$tools/bin/pip" install --quiet --progress-bar off --require-hashes \
            --requirement requirements/site.txt
        touch "$tools/complete"
    fi
    PATH=$tools/bin:$PATH "$tools/bin/python" -m builder --out "$1"
fi
chmod -R a+rX "$1" # nginx is another user, and a clone may be readable by its owner only
python3 site/nginx/date_by_content.py "$1"
